"""v4 JSON of a sync answer (contract: Staying in sync)."""

from django.utils import timezone

from messenger.conversation_shapes import conversation_shapes
from messenger.models import User
from messenger.selectors.positions import Pointer, Position
from messenger.services.sync import SyncAnswer
from messenger.shapes import Json, iso, message_shape


def sync_shape(answer: SyncAnswer, *, viewer: User) -> Json:
    """The whole answer, as POST `/sync` and `messenger:v4:sync` give it."""
    history = {conversation.id: own.history_from_seq for conversation, own in answer.conversations}
    return {
        "success": True,
        "epoch": answer.epoch,
        "conversations": conversation_shapes(answer.conversations, viewer=viewer),
        "messages": {
            str(key): [
                message_shape(message, viewer_id=viewer.pk, seats=answer.pointers[key], history_from_seq=history[key])
                for message in messages
            ]
            for key, messages in answer.messages.items()
        },
        "pointers": {str(key): _pointers_shape(pointers) for key, pointers in answer.pointers.items()},
        "positions": positions_shape(answer.positions),
        "removed": [str(key) for key in answer.removed],
        "unreadCount": answer.unread_count,
        "serverTime": iso(timezone.now()),
        "cursor": answer.cursor,
        "hasMore": answer.cursor is not None,
    }


def positions_shape(positions: dict[int, Position]) -> Json:
    """The three numbers of each conversation."""
    return {
        str(key): {
            "version": position.version,
            "privateVersion": position.private_version,
            "pointerSum": position.pointer_sum,
        }
        for key, position in positions.items()
    }


def _pointers_shape(pointers: list[Pointer]) -> Json:
    return {
        str(pointer.user_id): {
            "lastReadSeq": pointer.last_read_seq,
            "lastReadAt": iso(pointer.last_read_at),
            "lastDeliveredSeq": pointer.last_delivered_seq,
            "joinedSeq": pointer.joined_seq,
        }
        for pointer in pointers
    }
