from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Report(models.Model):
    """Somebody's complaint about a message or a conversation, with its evidence frozen at that moment."""

    class Reason(models.TextChoices):
        SPAM = "spam"
        HARASSMENT = "harassment"
        INAPPROPRIATE = "inappropriate"
        OTHER = "other"

    class Status(models.TextChoices):
        OPEN = "open"
        REVIEWING = "reviewing"
        ACTIONED = "actioned"
        DISMISSED = "dismissed"

    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    conversation = models.ForeignKey(
        "messenger.Conversation", null=True, on_delete=models.SET_NULL, related_name="reports"
    )
    message = models.ForeignKey("messenger.Message", null=True, on_delete=models.SET_NULL, related_name="reports")
    reported_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="reports_about"
    )
    reason = models.CharField(max_length=16, choices=Reason.choices)
    details = models.CharField(max_length=2000, blank=True, default="")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    note = models.CharField(max_length=2000, blank=True, default="")
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reporter", "message"], condition=Q(message__isnull=False), name="report_once_per_message"
            ),
            models.UniqueConstraint(
                fields=["reporter", "conversation"],
                condition=Q(message__isnull=True),
                name="report_once_per_conversation",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["spam", "harassment", "inappropriate", "other"]), name="report_reason_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "reviewing", "actioned", "dismissed"]), name="report_status_known"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "created_at"], name="report_queue")]

    def __str__(self) -> str:
        return f"report {self.pk} ({self.reason})"


class Evidence(models.Model):
    """What was reported, word for word, with its surroundings; neither edit nor deletion reaches it.

    A trigger in the database refuses UPDATE. `sha256` is that of the snapshot, spelled canonically.
    """

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="evidence")
    snapshot = models.JSONField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"evidence of report {self.report_id}"


class EvidenceFile(models.Model):
    """A file of a reported message, copied into storage of its own; `sha256` is that of the copy."""

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="files")
    attachment_id = models.BigIntegerField()
    storage_name = models.CharField(max_length=300)
    filename = models.CharField(max_length=255)
    mime_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evidence", "attachment_id"], name="evidence_file_unique"),
        ]

    def __str__(self) -> str:
        return self.filename


class AuditEntry(models.Model):
    """Who did what to whom, when and why. Append-only: a trigger in the database refuses UPDATE and DELETE."""

    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=100, blank=True, default="")
    action = models.CharField(max_length=40)
    target_type = models.CharField(max_length=20)
    target_id = models.BigIntegerField(null=True)
    conversation_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=2000, blank=True, default="")
    facts = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes: ClassVar = [
            models.Index(fields=["-created_at"], name="audit_newest"),
            models.Index(fields=["target_type", "target_id"], name="audit_target"),
            models.Index(fields=["actor_id", "action", "conversation_id"], name="audit_looks"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target_type} {self.target_id}"
