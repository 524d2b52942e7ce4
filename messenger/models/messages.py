from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from messenger.models.conversations import Conversation
from messenger.models.words import WordField


class Message(models.Model):
    """One line of a conversation. `seq` numbers it there without gaps; `version` is the one of its last change.

    Sends, pages, unread counts and sync name the conversation, so that the table can be partitioned by it. A list's
    last messages, and what messages answer, are joined by id: in a partitioned table each part would be looked at.
    """

    class Type(models.TextChoices):
        TEXT = "text"
        IMAGE = "image"
        FILE = "file"
        SYSTEM = "system"
        AUTOMATED = "automated"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False)
    seq = models.BigIntegerField()
    version = models.BigIntegerField()
    countable_seq = models.BigIntegerField(help_text="The conversation's `countable_seq` with this message counted.")
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    type = WordField(max_length=10, choices=Type.choices, default=Type.TEXT, domain="message_type")
    content = models.TextField(blank=True, default="")
    reply_to = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    metadata = models.JSONField(default=dict, blank=True)
    mentions = models.JSONField(default=list, blank=True)
    link_preview = models.JSONField(null=True, blank=True)

    nonce = models.CharField(max_length=128, null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    door = models.CharField(max_length=24, blank=True, default="")
    sign_in_id = models.BigIntegerField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)

    has_reactions = models.BooleanField(default=False)
    has_attachments = models.BooleanField(default=False)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    wiped_at = models.DateTimeField(null=True, blank=True)
    removed_by_moderator = models.BooleanField(default=False)
    search = SearchVectorField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_seq_unique"),
            models.UniqueConstraint(
                fields=["conversation", "sender", "nonce"],
                condition=Q(nonce__isnull=False),
                name="message_nonce_unique",
            ),
            models.CheckConstraint(condition=Q(seq__gte=1) & Q(version__gte=1), name="message_numbers"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["conversation", "version"], name="message_version"),
            # partial, or a plan made for a young table looks a nonce up here, through all that its sender ever said
            models.Index(fields=["conversation", "sender", "seq"], condition=~Q(type="system"), name="message_spoken"),
            models.Index(fields=["conversation", "seq"], condition=Q(deleted_at__isnull=False), name="message_deleted"),
            models.Index(
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False, wiped_at__isnull=True),
                name="message_to_wipe",
            ),
            GinIndex(fields=["search"], condition=Q(search__isnull=False), name="message_search"),
        ]

    def __str__(self) -> str:
        return f"message {self.seq} of {self.conversation_id}"


class MessageEdit(models.Model):
    """What a message said before an edit."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="edits")
    content = models.TextField()
    edited_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["edited_at", "id"]

    def __str__(self) -> str:
        return f"edit of {self.message_id}"
