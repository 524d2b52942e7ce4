"""Read and delivered pointers. They only grow; unread counts follow by arithmetic (see `Participant`)."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from messenger import bus
from messenger.errors import ValidationFailed
from messenger.events import ConversationRead, MessagesDelivered, SeatChanged
from messenger.models import Message, Participant, User
from messenger.selectors import access
from messenger.selectors.seats import people_told_of_pointers

_MOVED = (
    "last_read_seq",
    "last_read_at",
    "last_delivered_seq",
    "last_delivered_at",
    "read_countable",
    "own_above",
    "deleted_above",
    "private_version",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadState:
    """Where the reader stands now, and how many messages this call marked."""

    last_read_seq: int
    unread_count: int
    marked_count: int


@transaction.atomic
def mark_read(
    *, reader: User, conversation_id: int, up_to_seq: int | None = None, up_to_message_id: int | None = None
) -> ReadState:
    """Move the reader's pointer forward and tell the conversation where it stands.

    Never moves back: an older message changes nothing and tells nobody. Neither of the two means everything there
    is. Reading takes the reader's unread mark away.

    :raises NotFound: the reader takes no part in the conversation, or there is no such message in it.
    :raises MessengerError: what the gate of sending refuses (`access.check_may_write`).
    """
    seat = access.seat_of(user=reader, conversation_id=conversation_id, lock=True)
    access.check_may_write(user=reader, conversation=seat.conversation)
    if up_to_message_id is not None:
        message = access.message_of(user=reader, message_id=up_to_message_id, conversation_id=conversation_id)
        up_to_seq = message.seq
    return move_pointer(seat, up_to_seq=up_to_seq)


def move_pointer(seat: Participant, *, up_to_seq: int | None = None) -> ReadState:
    """Move the pointer of a locked seat (to the end by default), and tell who hears of it. For services."""
    # read after the lock, so that a send that was under way is seen, or counts itself as unread later
    seat.conversation.refresh_from_db(fields=["last_seq", "countable_seq"])
    before = unread_of(seat)
    target = seat.conversation.last_seq if up_to_seq is None else min(up_to_seq, seat.conversation.last_seq)
    if target >= seat.last_read_seq:
        _clear_mark(seat)
    if target > seat.last_read_seq:
        _move(seat, target)
    unread = unread_of(seat)
    return ReadState(last_read_seq=seat.last_read_seq, unread_count=unread, marked_count=max(0, before - unread))


@transaction.atomic
def mark_delivered(*, receiver: User, conversation_id: int, up_to_seq: int) -> int:
    """Note that the receiver's client has the messages up to this one; gives how far it has got. Never moves back.

    :raises NotFound: the receiver takes no part in the conversation.
    :raises ValidationFailed: there is no message with such a number.
    :raises MessengerError: what the gate of sending refuses.
    """
    seat = access.seat_of(user=receiver, conversation_id=conversation_id, lock=True)
    access.check_may_write(user=receiver, conversation=seat.conversation)
    if up_to_seq < 0:
        raise ValidationFailed.at("upToSeq", "A number from 0 on is expected.")
    target = min(up_to_seq, seat.conversation.last_seq)
    if target > seat.last_delivered_seq:
        seat.last_delivered_seq, seat.last_delivered_at = target, timezone.now()
        seat.save(update_fields=["last_delivered_seq", "last_delivered_at"])
        audience = people_told_of_pointers(conversation_id=conversation_id, user_id=receiver.pk)
        bus.publish(
            MessagesDelivered(audience=audience, conversation_id=conversation_id, user_id=receiver.pk, up_to_seq=target)
        )
    return seat.last_delivered_seq


def unread_of(seat: Participant) -> int:
    """Unread messages by arithmetic on the seat's and its conversation's numbers."""
    countable = seat.conversation.countable_seq
    return max(0, countable - seat.read_countable - seat.own_above - seat.deleted_above)


def _move(seat: Participant, target: int) -> None:
    now = timezone.now()
    message = Message.objects.filter(conversation_id=seat.conversation_id, seq=target).only("countable_seq").first()
    seat.read_countable = message.countable_seq if message else 0
    seat.own_above, seat.deleted_above = _left_above(seat, target)
    seat.last_read_seq, seat.last_read_at = target, now
    if target > seat.last_delivered_seq:
        seat.last_delivered_seq, seat.last_delivered_at = target, now
    seat.private_version += 1
    seat.save(update_fields=_MOVED)
    bus.publish(
        ConversationRead(
            audience=people_told_of_pointers(conversation_id=seat.conversation_id, user_id=seat.user_id),
            conversation_id=seat.conversation_id,
            user_id=seat.user_id,
            last_read_seq=target,
            last_read_message_id=message.pk if message else None,
            read_at=now,
            private_version=seat.private_version,
        )
    )


def _left_above(seat: Participant, target: int) -> tuple[int, int]:
    """How many countable messages above `target` are the reader's own, and how many of others are deleted."""
    if target == seat.conversation.last_seq:
        return 0, 0
    above = Message.objects.filter(conversation_id=seat.conversation_id, seq__gt=target)
    countable = above.exclude(type=Message.Type.SYSTEM)
    own = countable.filter(sender_id=seat.user_id).count()
    return own, countable.exclude(sender_id=seat.user_id).filter(deleted_at__isnull=False).count()


def _clear_mark(seat: Participant) -> None:
    if not seat.marked_unread:
        return
    seat.marked_unread = False
    seat.private_version += 1
    seat.save(update_fields=["marked_unread", "private_version"])
    bus.publish(
        SeatChanged(
            audience=(seat.user_id,),
            conversation_id=seat.conversation_id,
            user_id=seat.user_id,
            private_version=seat.private_version,
            updates={"markedUnread": False},
        )
    )
