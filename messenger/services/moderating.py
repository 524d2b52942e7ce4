"""What is done to messages, conversations and people from above, without a seat: carried out, and told at once.

Who may do it, why, and the record of it are the moderation ring's business.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from messenger import bus
from messenger.errors import NotFound, ValidationFailed
from messenger.events import MessageDeleted
from messenger.models import Conversation, Message, User
from messenger.selectors.access import SUSPENDED_FOR_GOOD
from messenger.selectors.messages import messages_by_ids
from messenger.services.changes import change_any_message
from messenger.services.sign_ins import end_sign_ins
from messenger.services.telling import tell_changed
from messenger.snapshots import MessageSnapshot

_MAX_REASON = 500


@transaction.atomic
def remove_message(*, moderator: User, message_id: int) -> tuple[MessageSnapshot, bool]:
    """Take a message away for good: nobody restores it, and the task that wipes deleted messages wipes it.

    Gives the message, and whether that is new. One that its sender deleted can be restored no more.

    :raises NotFound: there is no such message.
    """
    change = change_any_message(message_id=message_id)
    message = change.message
    is_new = not message.removed_by_moderator
    if message.deleted_at is not None:
        if is_new:
            Message.objects.filter(pk=message_id).update(removed_by_moderator=True)
        return messages_by_ids([message_id])[message_id], is_new
    message.deleted_at, message.deleted_by, message.removed_by_moderator = change.now, moderator, True
    change.save("deleted_at", "deleted_by", "removed_by_moderator")
    change.correct_unread(1)
    bus.publish(
        MessageDeleted(
            audience=change.audience(),
            blind=change.blind(),
            conversation_id=message.conversation_id,
            version=message.version,
            message_id=message.pk,
            seq=message.seq,
            deleted_at=change.now,
        )
    )
    return messages_by_ids([message_id])[message_id], True


@transaction.atomic
def set_status(*, conversation_id: int, status: Conversation.Status) -> tuple[Conversation, bool]:
    """Close or reopen a conversation, and tell its participants; gives it, and whether that changed anything.

    :raises NotFound: there is no such conversation.
    """
    conversation = Conversation.objects.select_for_update().filter(pk=conversation_id).first()
    if conversation is None:
        raise NotFound
    if conversation.status == status:
        return conversation, False
    conversation.status = status
    conversation.version += 1
    conversation.updated_at = timezone.now()
    conversation.save(update_fields=["status", "version", "updated_at"])
    tell_changed(conversation, updates={"status": status.value})
    return conversation, True


@transaction.atomic
def suspend(*, user: User, until: datetime | None, reason: str, now: datetime) -> User:
    """Let somebody do nothing until then (None: until lifted): every sign-in ends, and sockets close with 4001.

    :raises ValidationFailed: `until` is over already.
    """
    if until is not None and until <= now:
        raise ValidationFailed.at("until", "A time that is still to come is expected.")
    user.suspended_until, user.suspension_reason = until or SUSPENDED_FOR_GOOD, reason[:_MAX_REASON]
    user.save(update_fields=["suspended_until", "suspension_reason", "updated_at"])
    end_sign_ins(user=user, reason="suspended")
    return user


@transaction.atomic
def lift_suspension(*, user: User) -> bool:
    """Let somebody sign in again; gives whether they were suspended. What ended stays ended."""
    # of two at once one finds it lifted
    suspended = User.objects.filter(pk=user.pk, suspended_until__isnull=False)
    was_suspended = suspended.update(suspended_until=None, suspension_reason="", updated_at=timezone.now()) == 1
    user.suspended_until, user.suspension_reason = None, ""
    return was_suspended
