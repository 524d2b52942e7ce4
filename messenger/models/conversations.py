from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from messenger.models.words import WordField


class Conversation(models.Model):
    """What people talk in. `last_seq` numbers its messages, `version` counts every shared change.

    `countable_seq` counts the messages that can be unread (all but system lines); with the seats' numbers it
    gives each person's unread count by arithmetic, whatever the number of messages (see `Participant`).
    """

    class Type(models.TextChoices):
        DIRECT = "direct"
        GROUP = "group"
        MARKETPLACE = "marketplace"
        ENQUIRY = "enquiry"
        SUPPLIER_NETWORK = "supplier_network"
        SUPPORT = "support"
        CAMPAIGN = "campaign"
        BID = "bid"

    class Status(models.TextChoices):
        ACTIVE = "active"
        CLOSED = "closed"

    class ContextType(models.TextChoices):
        PACKAGE = "package"
        SUPPLIER_PROFILE = "supplier_profile"
        MARKETPLACE_LISTING = "marketplace_listing"
        FIND_A_SUPPLIER = "find_a_supplier"
        BOOKING = "booking"
        EVENT = "event"

    type = WordField(max_length=20, choices=Type.choices, domain="conversation_type")
    title = models.CharField(max_length=200, blank=True, default="")
    avatar = models.CharField(max_length=300, blank=True, default="")
    status = WordField(max_length=8, choices=Status.choices, default=Status.ACTIVE, domain="conversation_status")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    pair_key = models.CharField(max_length=300, null=True, blank=True, unique=True)

    context_type = models.CharField(max_length=20, choices=ContextType.choices, blank=True, default="")
    context_reference = models.CharField(max_length=200, blank=True, default="")
    context_title = models.CharField(max_length=200, blank=True, default="")
    context_image = models.CharField(max_length=300, blank=True, default="")
    context_url = models.CharField(max_length=300, blank=True, default="")

    flow_state = models.CharField(max_length=64, null=True, blank=True)
    chat_status = models.CharField(max_length=16, null=True, blank=True)
    awaiting_role = models.CharField(max_length=64, null=True, blank=True)
    current_action_data = models.JSONField(default=dict, blank=True)

    metadata = models.JSONField(default=dict, blank=True)
    participant_count = models.PositiveIntegerField(default=0)

    last_seq = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)
    countable_seq = models.BigIntegerField(default=0)
    last_message = models.ForeignKey(
        "messenger.Message", null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False, db_index=False
    )
    last_activity_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_seq__gte=0) & Q(version__gte=0), name="conversation_numbers"),
            models.CheckConstraint(condition=Q(countable_seq__lte=F("last_seq")), name="conversation_countable"),
            models.CheckConstraint(
                condition=Q(pair_key__isnull=False) | ~Q(type="direct"), name="conversation_direct_has_pair_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"


class Participant(models.Model):
    """Somebody's seat in a conversation: role, pointers, and what is theirs alone.

    Unread = `conversation.countable_seq - read_countable - own_above - deleted_above`: all countable messages,
    less those up to the read pointer, less one's own and the deleted ones of others above it.
    """

    class MemberRole(models.TextChoices):
        OWNER = "owner"
        ADMIN = "admin"
        MEMBER = "member"

    class Notify(models.TextChoices):
        ALL = "all"
        MENTIONS = "mentions"
        NONE = "none"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seats")
    member_role = WordField(
        max_length=8, choices=MemberRole.choices, default=MemberRole.MEMBER, domain="participant_role"
    )

    last_read_seq = models.BigIntegerField(default=0)
    last_read_at = models.DateTimeField(null=True, blank=True)
    last_delivered_seq = models.BigIntegerField(default=0)
    last_delivered_at = models.DateTimeField(null=True, blank=True)
    read_countable = models.BigIntegerField(default=0)
    own_above = models.BigIntegerField(default=0)
    deleted_above = models.BigIntegerField(default=0)

    joined_seq = models.BigIntegerField(default=0, help_text="Messages above this number came while they were in.")
    history_from_seq = models.BigIntegerField(default=1, help_text="The first message that they may see.")
    deleted_up_to_seq = models.BigIntegerField(default=0, help_text="Deleted for oneself up to here, for good.")
    has_spoken = models.BooleanField(default=False)

    is_pinned = models.BooleanField(default=False)
    is_muted = models.BooleanField(default=False)
    muted_until = models.DateTimeField(null=True, blank=True)
    is_archived = models.BooleanField(default=False)
    is_hidden = models.BooleanField(default=False, help_text="Deleted for oneself, until the next message.")
    marked_unread = models.BooleanField(default=False)
    notify = WordField(max_length=8, choices=Notify.choices, default=Notify.ALL, domain="participant_notify")
    draft = models.JSONField(null=True, blank=True)
    draft_rev = models.PositiveIntegerField(default=0)
    private_version = models.BigIntegerField(default=0)
    own_changed_at = models.DateTimeField(
        null=True, blank=True, help_text="When `private_version` grew; the database notes it."
    )

    widened_version = models.BigIntegerField(
        default=0, db_default=0, help_text="The `private_version` by which older messages last came into sight."
    )

    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "user"], name="participant_unique"),
            models.CheckConstraint(
                condition=Q(last_read_seq__gte=0) & Q(last_delivered_seq__gte=F("last_read_seq")),
                name="participant_read_is_delivered",
            ),
            models.CheckConstraint(
                condition=Q(own_above__gte=0) & Q(deleted_above__gte=0), name="participant_counts_not_negative"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "conversation"], condition=Q(left_at__isnull=True), name="seat_present"),
        ]

    def __str__(self) -> str:
        return f"seat of {self.user_id} in {self.conversation_id}"
