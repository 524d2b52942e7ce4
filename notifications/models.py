from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Notification(models.Model):
    """Something a person should know, shown in the notification centre and perhaps by e-mail or push."""

    class Priority(models.TextChoices):
        LOW = "low"
        NORMAL = "normal"
        HIGH = "high"
        URGENT = "urgent"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    type = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    message = models.CharField(max_length=2000, blank=True, default="")
    action_url = models.CharField(max_length=500, blank=True, default="")
    action_text = models.CharField(max_length=100, blank=True, default="")
    icon = models.CharField(max_length=100, blank=True, default="")
    priority = models.CharField(max_length=8, choices=Priority.choices, default=Priority.NORMAL)
    category = models.CharField(max_length=40, blank=True, default="")
    data = models.JSONField(default=dict, blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    conversation = models.ForeignKey("messenger.Conversation", null=True, on_delete=models.CASCADE, related_name="+")
    source_key = models.CharField(max_length=100, null=True, blank=True)
    decisions = models.JSONField(default=list, blank=True, help_text="Each channel's decision with its reasons.")
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "source_key"], condition=Q(source_key__isnull=False), name="notification_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at", "-id"], name="notification_newest"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.type} for {self.user_id}"


class Preferences(models.Model):
    """What somebody wants to be told, how, and when not. Absent: the defaults."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+")
    choices = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"


class DigestWindow(models.Model):
    """The span in which somebody's unread messages gather for one e-mail; one is open at a time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(closed_at__isnull=True), name="digest_window_one_open"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(closed_at__isnull=True), name="digest_window_due"),
        ]

    def __str__(self) -> str:
        return f"digest window of {self.user_id}"


class Delivery(models.Model):
    """One notification on its way through one channel: claimed with SKIP LOCKED, leased, retried, dead-lettered."""

    class Channel(models.TextChoices):
        IN_APP = "in_app"
        EMAIL = "email"
        PUSH = "push"

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        SKIPPED = "skipped"
        DEAD = "dead"

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries")
    window = models.ForeignKey(
        DigestWindow, null=True, blank=True, on_delete=models.SET_NULL, related_name="deliveries"
    )
    channel = models.CharField(max_length=8, choices=Channel.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True, default="")
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notification", "channel"], name="delivery_once_per_channel"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="delivery_due"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"
