"""Pages of a conversation's messages: by cursor, before, after or around one. Four statements at most."""

from dataclasses import dataclass

from messenger import slots
from messenger.cursors import read_cursor, sign_cursor
from messenger.errors import NotFound, ValidationFailed
from messenger.models import Message, MessageEdit, Participant, User
from messenger.selectors import access
from messenger.selectors.messages import messages_between
from messenger.snapshots import MessageSnapshot

NEWEST_FIRST = "before"
OLDEST_FIRST = "after"
END = 2**53  # beyond every message


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A message that a page lies before, after or around: its id, or its `seq`."""

    message_id: int | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Which page: at most one of `cursor`, `before`, `after`, `around`; none means the newest."""

    limit: int
    cursor: str | None = None
    before: Anchor | None = None
    after: Anchor | None = None
    around: Anchor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage:
    """Messages, oldest first, with signed cursors to older and newer ones."""

    messages: list[MessageSnapshot]
    next_cursor: str | None
    previous_cursor: str | None


def page_of_messages(*, user: User, conversation_id: int, request: PageRequest) -> MessagePage:
    """A page of what the caller may see of a conversation.

    :raises NotFound: no conversation of the caller's, or no such message in it.
    :raises ValidationFailed: a forged or foreign cursor, or several anchors at once.
    """
    seat = access.seat_of(user=user, conversation_id=conversation_id)
    named = [item for item in (request.cursor, request.before, request.after, request.around) if item is not None]
    if len(named) > 1:
        raise ValidationFailed.at("cursor", "Only one of cursor, before, after and around.")
    scope = f"messages:{conversation_id}"
    messages, place = _messages(seat, user, request, scope)
    return page_at(
        messages, place=place, first=seat.history_from_seq, last=seat.conversation.last_seq, scope=scope, user=user
    )


def page_at(
    messages: list[MessageSnapshot], *, place: int, first: int, last: int, scope: str, user: User
) -> MessagePage:
    """The page with its cursors, of messages that are numbered from `first` to `last`.

    An empty page lies just before `place`: beyond either end of a conversation there is still the rest of it.
    """
    below = messages[0].seq if messages else max(first, min(place, last + 1))
    above = messages[-1].seq if messages else below - 1
    return MessagePage(
        messages=messages,
        next_cursor=sign_cursor([NEWEST_FIRST, below], scope=scope, user_id=user.pk) if below > first else None,
        previous_cursor=sign_cursor([OLDEST_FIRST, above], scope=scope, user_id=user.pk) if above < last else None,
    )


def earlier_texts(
    *, user: User, message_id: int, conversation_id: int | None = None, reason: str | None = None
) -> list[MessageEdit]:
    """What a message said before its edits, oldest first; nothing once it is deleted.

    A moderator gives a `reason` for a message of others (once per conversation and day), and the look is recorded.

    :raises NotFound: no message that the caller may see.
    :raises ReasonRequired: a moderator without a reason.
    """
    try:
        message = access.message_of(user=user, message_id=message_id, conversation_id=conversation_id)
    except NotFound:
        message = _message_for_moderator(user, message_id, conversation_id, reason)
    return [] if message.deleted_at is not None else list(message.edits.all())


def _message_for_moderator(user: User, message_id: int, conversation_id: int | None, reason: str | None) -> Message:
    messages = Message.objects.filter(pk=message_id)
    if conversation_id is not None:
        messages = messages.filter(conversation_id=conversation_id)
    message = messages.first() if user.is_moderator and not access.is_suspended(user) else None
    if message is None:
        raise NotFound
    if not slots.note_look(moderator=user, conversation_id=message.conversation_id, reason=reason):
        raise NotFound
    return message


def _messages(seat: Participant, user: User, request: PageRequest, scope: str) -> tuple[list[MessageSnapshot], int]:
    """The messages asked for, and the number that they lie at or just before."""
    conversation_id, floor = seat.conversation_id, seat.history_from_seq - 1
    if request.around is not None:
        seq = _seq_of(request.around, seat, user)
        return _around(seat, seq, request.limit), seq
    direction, seq = _direction(seat, user, request, scope)
    if direction == OLDEST_FIRST:
        above = max(floor, seq)
        return messages_between(
            conversation_id=conversation_id, above=above, limit=request.limit, newest_first=False
        ), above + 1
    return messages_between(
        conversation_id=conversation_id, above=floor, below=seq, limit=request.limit, newest_first=True
    ), seq


def _direction(seat: Participant, user: User, request: PageRequest, scope: str) -> tuple[str, int]:
    if request.before is not None:
        return NEWEST_FIRST, _seq_of(request.before, seat, user)
    if request.after is not None:
        return OLDEST_FIRST, _seq_of(request.after, seat, user)
    if request.cursor is not None:
        direction, seq = read_cursor(request.cursor, scope=scope, user_id=user.pk)
        return str(direction), int(seq or 0)
    return NEWEST_FIRST, END


def _around(seat: Participant, seq: int, limit: int) -> list[MessageSnapshot]:
    """Half before and half after, the message itself among the later half: one range, since `seq` has no gaps."""
    last = seat.conversation.last_seq
    start = max(seat.history_from_seq, min(seq - limit // 2, last - limit + 1))
    return messages_between(
        conversation_id=seat.conversation_id, above=start - 1, below=start + limit, limit=limit, newest_first=False
    )


def _seq_of(anchor: Anchor, seat: Participant, user: User) -> int:
    if anchor.seq is not None:
        return anchor.seq
    return access.message_of(user=user, message_id=anchor.message_id or 0, conversation_id=seat.conversation_id).seq
