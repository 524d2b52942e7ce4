from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from messenger.models.messages import Message


class Reaction(models.Model):
    """Somebody's emoji on a message: one row for each person and emoji."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reactions", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    emoji = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "user", "emoji"], name="reaction_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.emoji} on {self.message_id}"
