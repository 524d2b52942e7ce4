from typing import ClassVar

from django.db import models
from django.utils import timezone

from messenger.models.messages import Message


class PreviewPicture(models.Model):
    """A small copy of the picture that a linked page shows, in private storage; without `message` it is to be swept."""

    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="preview_pictures")
    storage_name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=models.Q(message__isnull=True), name="previewpicture_loose"),
        ]

    def __str__(self) -> str:
        return self.storage_name

    @property
    def filename(self) -> str:
        """What a browser saves it as."""
        return "preview.webp"
