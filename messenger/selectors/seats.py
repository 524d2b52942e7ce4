"""Who sits in a conversation: for lists of people, receipts, and the audience of events."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from messenger.errors import NotFound
from messenger.models import Message, Participant, User
from messenger.selectors import access
from messenger.snapshots import SeatSnapshot

MAX_TOLD_OF_POINTERS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """How far one participant got with a message; a time says when their pointer last moved."""

    person: SeatSnapshot
    delivered_at: datetime | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """Of everybody but the sender who was in when the message came."""

    seq: int
    delivered: list[Receipt]
    read: list[Receipt]


def seats_of(*, user: User, conversation_id: int) -> list[SeatSnapshot]:
    """Everybody who is in, in the order of their coming.

    :raises NotFound: the caller takes no part in it.
    """
    access.seat_of(user=user, conversation_id=conversation_id)
    return [_snapshot_of(seat) for seat in _present(conversation_id)]


def receipts_of(*, user: User, conversation_id: int, seq: int | None = None) -> Receipts:
    """Who has the message `seq` delivered, and who has read it; None means the newest.

    :raises NotFound: no such conversation or message for the caller.
    """
    own = access.seat_of(user=user, conversation_id=conversation_id)
    wanted = own.conversation.last_seq if seq is None else seq
    message = Message.objects.filter(conversation_id=conversation_id, seq=wanted).only("sender_id", "seq").first()
    if message is None or wanted < own.history_from_seq:
        raise NotFound
    seats = [
        seat for seat in _present(conversation_id) if seat.user_id != message.sender_id and seat.joined_seq < wanted
    ]
    receipts = [(seat, _receipt_of(seat, wanted)) for seat in seats]
    return Receipts(
        seq=wanted,
        delivered=[receipt for seat, receipt in receipts if seat.last_delivered_seq >= wanted],
        read=[receipt for seat, receipt in receipts if seat.last_read_seq >= wanted],
    )


def history_starts(*, conversation_id: int) -> dict[int, int]:
    """Everybody who is in, with the first message that they may see."""
    return dict(_present(conversation_id).values_list("user_id", "history_from_seq"))


def people_told_of_pointers(*, conversation_id: int, user_id: int) -> tuple[int, ...]:
    """Who hears that somebody's pointer moved: all of up to 50 members, above that the person alone."""
    people = tuple(_present(conversation_id).values_list("user_id", flat=True)[: MAX_TOLD_OF_POINTERS + 1])
    return people if len(people) <= MAX_TOLD_OF_POINTERS else (user_id,)


def _present(conversation_id: int) -> QuerySet[Participant]:
    seats = Participant.objects.filter(conversation_id=conversation_id, left_at__isnull=True)
    return seats.select_related("user").order_by("pk")


def _receipt_of(seat: Participant, seq: int) -> Receipt:
    return Receipt(
        person=_snapshot_of(seat),
        delivered_at=(seat.last_delivered_at or seat.last_read_at) if seat.last_delivered_seq >= seq else None,
        read_at=seat.last_read_at if seat.last_read_seq >= seq else None,
    )


def _snapshot_of(seat: Participant) -> SeatSnapshot:
    return SeatSnapshot(
        user_id=seat.user_id,
        display_name=seat.user.display_name,
        avatar=seat.user.avatar,
        role=seat.user.role,
        member_role=seat.member_role,
        last_read_seq=seat.last_read_seq,
        last_read_at=seat.last_read_at,
        last_delivered_seq=seat.last_delivered_seq,
        joined_seq=seat.joined_seq,
    )
