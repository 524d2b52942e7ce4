"""The only way to a row by its id: what is not the caller's is not found, exactly as what does not exist."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import F, Q
from django.utils import timezone

from messenger.errors import MessengerError, NotFound
from messenger.models import Block, Conversation, Message, Participant, User
from messenger.selectors import gates

SUSPENDED_FOR_GOOD = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation with the caller's seat in it."""

    conversation: Conversation
    seat: Participant


def place_of(*, user: User, conversation_id: int, lock: bool = False) -> Place:
    """The conversation and the caller's seat; with `lock`, the conversation's row is locked first, then the seat.

    :raises NotFound: unknown, or the caller takes no part in it (any more).
    """
    if lock:
        conversation = Conversation.objects.select_for_update().filter(pk=conversation_id).first()
        if conversation is None:
            raise NotFound
        seat = Participant.objects.select_for_update().filter(_present(user, conversation_id)).first()
    else:
        seat = Participant.objects.select_related("conversation").filter(_present(user, conversation_id)).first()
        conversation = seat.conversation if seat else None
    if seat is None or conversation is None:
        raise NotFound
    return Place(conversation, seat)


def seat_of(*, user: User, conversation_id: int, lock: bool = False) -> Participant:
    """The caller's seat with its conversation; with `lock`, the seat's row is locked (not the conversation's).

    :raises NotFound: unknown, or the caller takes no part in it (any more).
    """
    seats = Participant.objects.select_related("conversation").filter(_present(user, conversation_id))
    if lock:
        seats = seats.select_for_update(of=("self",))
    seat = seats.first()
    if seat is None:
        raise NotFound
    return seat


def message_of(*, user: User, message_id: int, conversation_id: int | None = None) -> Message:
    """A message that the caller may see: of a conversation of theirs, and not before their history begins.

    :raises NotFound: otherwise.
    """
    messages = Message.objects.filter(
        pk=message_id,
        conversation__seats__user=user,
        conversation__seats__left_at__isnull=True,
        seq__gte=F("conversation__seats__history_from_seq"),
    )
    if conversation_id is not None:
        messages = messages.filter(conversation_id=conversation_id)
    message = messages.first()
    if message is None:
        raise NotFound
    return message


def check_may_write(*, user: User, conversation: Conversation, is_action: bool = False) -> None:
    """The gate of every write (`gates`), for one person and one conversation.

    :raises MessengerError: suspended, closed, automated, or one of the two people blocks the other.
    """
    refusal = refusal_to_write(user=user, conversation=conversation, is_action=is_action)
    if refusal is not None:
        raise refusal


def refusal_to_write(*, user: User, conversation: Conversation, is_action: bool = False) -> MessengerError | None:
    """What the gate of every write says; None where this person may write there."""
    return gates.refusal_of(
        conversation,
        suspended_until=user.suspended_until,
        is_blocked=lambda: _is_blocked_in(user=user, conversation=conversation),
        now=timezone.now(),
        is_action=is_action,
    )


def is_suspended(user: User) -> bool:
    """True while a moderator's suspension lasts."""
    return gates.is_suspended_at(user.suspended_until, timezone.now())


def suspension_end(user: User) -> datetime | None:
    """Until when somebody is suspended; None where it lasts until a moderator lifts it, or there is none."""
    return None if user.suspended_until == SUSPENDED_FOR_GOOD else user.suspended_until


def _present(user: User, conversation_id: int) -> Q:
    return Q(user=user, conversation_id=conversation_id, left_at__isnull=True)


def _is_blocked_in(*, user: User, conversation: Conversation) -> bool:
    """True where the conversation is one between two people, and one of them blocks the other."""
    if not gates.is_between_two(conversation.type, conversation.participant_count):
        return False
    others = Participant.objects.filter(conversation=conversation, left_at__isnull=True).exclude(user=user)
    other_ids = others.values("user_id")
    return Block.objects.filter(
        Q(blocker=user, blocked_id__in=other_ids) | Q(blocked=user, blocker_id__in=other_ids)
    ).exists()
