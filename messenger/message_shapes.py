"""v4 JSON of messages for one viewer, with the seats that it needs read here: one statement for a whole page."""

from collections.abc import Sequence

from messenger.selectors.positions import pointers_for
from messenger.shapes import Json, message_shape
from messenger.snapshots import MessageSnapshot


def own_message_shape(message: MessageSnapshot, *, viewer_id: int) -> Json:
    """One message as a participant sees it."""
    return messages_shape([message], viewer_id=viewer_id)[0]


def messages_shape(messages: Sequence[MessageSnapshot], *, viewer_id: int) -> list[Json]:
    """Messages of one conversation as a participant sees them."""
    if not messages:
        return []
    seats, history_from_seq = pointers_for(conversation_id=messages[0].conversation_id, viewer_id=viewer_id)
    return [
        message_shape(message, viewer_id=viewer_id, seats=seats, history_from_seq=history_from_seq)
        for message in messages
    ]
