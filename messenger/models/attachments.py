from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from messenger.models.messages import Message


class Attachment(models.Model):
    """An uploaded file in private storage. `message` is empty until it is sent; unsent ones are swept after 24 h."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField(default=0)
    storage_name = models.CharField(max_length=300)
    thumbnail_name = models.CharField(max_length=300, blank=True, default="")
    filename = models.CharField(max_length=255)
    mime_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=models.Q(message__isnull=True), name="attachment_unsent"),
        ]

    def __str__(self) -> str:
        return self.filename
