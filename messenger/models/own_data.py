from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class DataExport(models.Model):
    """A person's own data as a zip in private storage, made by a task and kept for 7 days."""

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_exports")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    storage_name = models.CharField(max_length=300, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user"], condition=Q(state="waiting"), name="data_export_one_waiting"),
        ]
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="data_export_expiry")]

    def __str__(self) -> str:
        return f"data export {self.pk}"

    @property
    def filename(self) -> str:
        """What a browser saves it as."""
        return f"messenger-data-{self.created_at:%Y-%m-%d}.zip"


class Erasure(models.Model):
    """The receipt of an erased account: each store with its count and state. Found by its code, of which only the
    hash is kept."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="erasure")
    code_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    messages = models.CharField(max_length=8, help_text="What MESSENGER_ERASE_MESSAGES said: keep or delete.")
    stores = models.JSONField(default=dict, blank=True)
    requested_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"erasure {self.pk}"
