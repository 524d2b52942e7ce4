"""Read and delivered pointers. They only grow; unread counts follow by arithmetic (see `Participant`).

Set-based like sending: a batch of marks costs three statements, and each mark succeeds or fails on its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from messenger import bus
from messenger.errors import Locked, MessengerError, NotFound, Unauthenticated, ValidationFailed
from messenger.events import ConversationRead, Event, MessagesDelivered, SeatChanged
from messenger.models import Participant, User
from messenger.selectors.gates import refusal_of
from messenger.services import pointer_rows
from messenger.services.pointer_rows import MAX_TOLD, LockedSeat, Look


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadState:
    """Where the reader stands now, and how many messages this call marked."""

    last_read_seq: int
    last_delivered_seq: int
    unread_count: int
    marked_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Somebody has read, or with `is_read=False` received, a conversation up to a message; None means all there is.

    `is_gated=False` is for services that have asked the gate themselves, or need not.
    """

    user_id: int
    conversation_id: int
    up_to_seq: int | None = None
    up_to_message_id: int | None = None
    is_read: bool = True
    is_gated: bool = True


MarkOutcome = ReadState | MessengerError


def mark_read(
    *, reader: User, conversation_id: int, up_to_seq: int | None = None, up_to_message_id: int | None = None
) -> ReadState:
    """Move the reader's pointer forward and tell the conversation where it stands.

    Never moves back: an older message changes nothing and tells nobody. Neither of the two means everything there
    is. Reading takes the reader's unread mark away.

    :raises NotFound: the reader takes no part in the conversation, or there is no such message in it.
    :raises MessengerError: what the gate of every write refuses (`gates.refusal_of`).
    """
    mark = Mark(
        user_id=reader.pk,
        conversation_id=conversation_id,
        up_to_seq=up_to_seq,
        up_to_message_id=up_to_message_id,
    )
    return _one(mark)


def mark_delivered(*, receiver: User, conversation_id: int, up_to_seq: int) -> int:
    """Note that the receiver's client has the messages up to this one; gives how far it has got. Never moves back.

    :raises NotFound: the receiver takes no part in the conversation.
    :raises ValidationFailed: there is no message with such a number.
    :raises MessengerError: what the gate of sending refuses.
    """
    mark = Mark(user_id=receiver.pk, conversation_id=conversation_id, up_to_seq=up_to_seq, is_read=False)
    return _one(mark).last_delivered_seq


def move_pointer(seat: Participant, *, up_to_seq: int | None = None) -> ReadState:
    """Move the read pointer of a seat that the caller has locked (to the end by default), past the gate; for services.

    The seat is read anew afterwards.
    """
    mark = Mark(user_id=seat.user_id, conversation_id=seat.conversation_id, up_to_seq=up_to_seq, is_gated=False)
    state = _one(mark)
    seat.refresh_from_db()
    return state


def mark_all(marks: Sequence[Mark], *, skip_locked: bool = False) -> list[MarkOutcome]:
    """Carry out a batch of marks in one transaction, in their order; the outcome of each.

    With `skip_locked`, a mark of a seat that somebody else holds answers `Locked` instead of waiting.
    """
    events: list[Event] = []
    with transaction.atomic():
        places = [(mark.conversation_id, mark.user_id) for mark in marks]
        seats = pointer_rows.lock_seats(places, skip_locked=skip_locked)
        missing = [place for place in places if place not in seats]
        held = pointer_rows.seats_among(missing) if skip_locked and missing else set()
        outcomes: list[MarkOutcome] = [Locked() if place in held else NotFound() for place in places]
        wanted = [
            (index, seats[place], mark.up_to_seq, mark.up_to_message_id)
            for index, mark in enumerate(marks)
            if (place := (mark.conversation_id, mark.user_id)) in seats
        ]
        looks = pointer_rows.look(wanted) if wanted else {}
        changed: dict[int, LockedSeat] = {}
        for index, seat, _, _ in wanted:
            outcome, told = _carry_out(marks[index], seat, looks[index], timezone.now())
            outcomes[index] = outcome
            events += told
            if told:
                changed[seat.id] = seat
        if changed:
            pointer_rows.store([changed[key] for key in sorted(changed)])
            bus.publish(*events)
    return outcomes


def unread_of(seat: Participant) -> int:
    """Unread messages by arithmetic on the seat's and its conversation's numbers."""
    countable = seat.conversation.countable_seq
    return max(0, countable - seat.read_countable - seat.own_above - seat.deleted_above)


def _one(mark: Mark) -> ReadState:
    (outcome,) = mark_all([mark])
    if isinstance(outcome, MessengerError):
        raise outcome
    return outcome


def _carry_out(mark: Mark, seat: LockedSeat, look: Look, now: datetime) -> tuple[MarkOutcome, list[Event]]:
    """Move one locked seat's pointers; the events say what changed, none says that nothing did."""
    refusal = _refusal(mark, look, now)
    if refusal is not None:
        return refusal, []
    before = _unread(seat, look)
    events: list[Event] = []
    if not mark.is_read:
        events += _deliver(seat, look, now)
    elif look.target >= seat.last_read_seq:
        events += _clear_mark(seat)
        events += _move(seat, look, now)
    unread = _unread(seat, look)
    state = ReadState(
        last_read_seq=seat.last_read_seq,
        last_delivered_seq=seat.last_delivered_seq,
        unread_count=unread,
        marked_count=max(0, before - unread),
    )
    return state, events


def _refusal(mark: Mark, look: Look, now: datetime) -> MessengerError | None:
    if not look.is_active:
        return Unauthenticated()
    if mark.is_gated:
        refusal = refusal_of(look, suspended_until=look.suspended_until, is_blocked=lambda: look.is_blocked, now=now)
        if refusal is not None:
            return refusal
    if not look.is_message_known:
        return NotFound()
    if mark.up_to_seq is not None and mark.up_to_seq < 0:
        return ValidationFailed.at("upToSeq", "A number from 0 on is expected.")
    return None


def _unread(seat: LockedSeat, look: Look) -> int:
    return max(0, look.countable_seq - seat.read_countable - seat.own_above - seat.deleted_above)


def _deliver(seat: LockedSeat, look: Look, now: datetime) -> list[Event]:
    if look.target <= seat.last_delivered_seq:
        return []
    seat.last_delivered_seq, seat.last_delivered_at = look.target, now
    event = MessagesDelivered(
        audience=_told(seat, look, among=look.senders),
        conversation_id=seat.conversation_id,
        user_id=seat.user_id,
        up_to_seq=look.target,
    )
    return [event]


def _move(seat: LockedSeat, look: Look, now: datetime) -> list[Event]:
    if look.target <= seat.last_read_seq:
        return []
    seat.last_read_seq, seat.last_read_at = look.target, now
    if look.target >= seat.history_from_seq - 1:  # else what is hidden lies beyond, and counts as read already
        seat.read_countable, seat.own_above, seat.deleted_above = look.countable_at, look.own_above, look.deleted_above
    if look.target > seat.last_delivered_seq:
        seat.last_delivered_seq, seat.last_delivered_at = look.target, now
    seat.private_version += 1
    event = ConversationRead(
        audience=_told(seat, look),
        conversation_id=seat.conversation_id,
        user_id=seat.user_id,
        last_read_seq=look.target,
        last_read_message_id=look.message_id,
        message_hidden_from=tuple(look.blind),
        read_at=now,
        private_version=seat.private_version,
    )
    return [event]


def _clear_mark(seat: LockedSeat) -> list[Event]:
    if not seat.marked_unread:
        return []
    seat.marked_unread = False
    seat.private_version += 1
    event = SeatChanged(
        audience=(seat.user_id,),
        conversation_id=seat.conversation_id,
        user_id=seat.user_id,
        private_version=seat.private_version,
        updates={"markedUnread": False},
    )
    return [event]


def _told(seat: LockedSeat, look: Look, *, among: Collection[int] = ()) -> tuple[int, ...]:
    """Who hears that a pointer moved: all of up to 50 members, above that the person and whom it concerns."""
    if len(look.people) <= MAX_TOLD:
        return tuple(look.people)
    return tuple(person for person in look.people if person == seat.user_id or person in among)
