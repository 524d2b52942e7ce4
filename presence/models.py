from django.conf import settings
from django.db import models


class LastSeen(models.Model):
    """When somebody was last online. Who is online now lives in Valkey; this outlives it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    status_text = models.CharField(max_length=140, blank=True, default="")
    is_invisible = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "last seen"

    def __str__(self) -> str:
        return f"{self.user_id} at {self.at:%Y-%m-%d %H:%M}"
