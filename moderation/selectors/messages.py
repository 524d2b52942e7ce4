"""Messages as moderators see them: of any conversation, without a seat in it."""

from messenger.cursors import read_cursor
from messenger.errors import NotFound, ValidationFailed
from messenger.models import Conversation, Message, User
from messenger.selectors.messages import messages_between
from messenger.selectors.pages import END, NEWEST_FIRST, OLDEST_FIRST, Anchor, MessagePage, PageRequest, page_at
from messenger.snapshots import MessageSnapshot


def page_of_any_conversation(*, viewer: User, conversation_id: int, request: PageRequest) -> MessagePage:
    """A page, oldest first, as participants who are in from the beginning see it.

    :raises NotFound: no such conversation, or no such message in it.
    :raises ValidationFailed: a forged or foreign cursor, or several anchors at once.
    """
    last_seq = Conversation.objects.filter(pk=conversation_id).values_list("last_seq", flat=True).first()
    if last_seq is None:
        raise NotFound
    named = [item for item in (request.cursor, request.before, request.after, request.around) if item is not None]
    if len(named) > 1:
        raise ValidationFailed.at("cursor", "Only one of cursor, before, after and around.")
    scope = f"moderation:messages:{conversation_id}"
    messages, place = _messages(viewer, conversation_id, last_seq, request, scope)
    return page_at(messages, place=place, first=1, last=last_seq, scope=scope, user=viewer)


def _messages(
    viewer: User, conversation_id: int, last_seq: int, request: PageRequest, scope: str
) -> tuple[list[MessageSnapshot], int]:
    """The messages asked for, and the number that they lie at or just before."""
    limit = request.limit
    if request.around is not None:
        seq = _seq_of(request.around, conversation_id)
        start = max(1, min(seq - limit // 2, last_seq - limit + 1))
        return messages_between(
            conversation_id=conversation_id, above=start - 1, below=start + limit, limit=limit, newest_first=False
        ), seq
    direction, seq = NEWEST_FIRST, END
    if request.before is not None:
        seq = _seq_of(request.before, conversation_id)
    elif request.after is not None:
        direction, seq = OLDEST_FIRST, _seq_of(request.after, conversation_id)
    elif request.cursor is not None:
        direction, seq = _position_in(request.cursor, scope, viewer)
    if direction == OLDEST_FIRST:
        messages = messages_between(conversation_id=conversation_id, above=seq, limit=limit, newest_first=False)
        return messages, seq + 1
    return messages_between(conversation_id=conversation_id, below=seq, limit=limit, newest_first=True), seq


def _position_in(cursor: str, scope: str, viewer: User) -> tuple[str, int]:
    direction, seq = read_cursor(cursor, scope=scope, user_id=viewer.pk)
    return str(direction), int(seq or 0)


def _seq_of(anchor: Anchor, conversation_id: int) -> int:
    if anchor.seq is not None:
        return anchor.seq
    messages = Message.objects.filter(pk=anchor.message_id or 0, conversation_id=conversation_id)
    seq = messages.values_list("seq", flat=True).first()
    if seq is None:
        raise NotFound
    return seq
