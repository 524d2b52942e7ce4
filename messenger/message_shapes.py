"""v4 JSON of messages for one viewer, with the seats that it needs read here: one statement for a whole page."""

from collections.abc import Mapping, Sequence

from messenger.selectors.highlights import Highlight
from messenger.selectors.positions import pointers_for, pointers_of
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


def search_hits_shape(
    hits: Sequence[tuple[MessageSnapshot, Sequence[Highlight]]], *, shapes: Mapping[str, Json], viewer_id: int
) -> list[Json]:
    """Hits with their conversation (`shapes` by id) and the places to mark; of a conversation gone meanwhile none."""
    pointers = pointers_of([int(key) for key in shapes])
    return [
        {
            **message_shape(
                message,
                viewer_id=viewer_id,
                seats=pointers[message.conversation_id],
                history_from_seq=shapes[str(message.conversation_id)]["historyFromSeq"],
            ),
            "conversation": shapes[str(message.conversation_id)],
            "highlight": [{"start": place.start, "end": place.end} for place in places],
        }
        for message, places in hits
        if str(message.conversation_id) in shapes
    ]
