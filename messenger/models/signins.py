from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class SignIn(models.Model):
    """One place where somebody is signed in: a browser session, or a family of rotating refresh tokens.

    Sockets belong to a sign-in and end with it. `refresh_id` is the one refresh token of the family that
    may still be used; an older one that comes again means theft, and ends the family (RFC 9700, 4.14.2).
    """

    class Kind(models.TextChoices):
        SESSION = "session"
        TOKEN = "token"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    session_key_hash = models.CharField(max_length=64, null=True, blank=True)
    refresh_id = models.CharField(max_length=64, null=True, blank=True)
    session_epoch = models.PositiveIntegerField()
    user_agent = models.CharField(max_length=300, blank=True, default="")
    address = models.GenericIPAddressField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        verbose_name = "sign-in"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session_key_hash"], name="sign_in_session_unique"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at"], name="sign_in_by_user"),
            models.Index(fields=["expires_at"], name="sign_in_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
