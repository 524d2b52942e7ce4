"""What clients say often: read, received, typing, alive. Carried out at most once a second and conversation.

What is said is read before it waits for its second, so that nothing wrong takes the place of something right.
"""

import dataclasses
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from messenger.inputs import Fields
from messenger.realtime.connection import Connection, granted
from messenger.realtime.threads import in_thread
from messenger.selectors.positions import recent_positions_of
from messenger.services.reading import Mark
from messenger.services.typing import Keystroke
from messenger.sync_shapes import positions_shape

if TYPE_CHECKING:
    from messenger.realtime.hub import Hub

Answer = dict[str, Any]
Said = TypeVar("Said")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A sign of life, and perhaps what the device says of itself."""

    status: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chatter(Generic[Said]):
    """An event that is carried out at most once a second and `key`; `merged` is what stands for two of them."""

    read: Callable[[Connection, Fields], Said]
    carry_out: Callable[["Hub", Connection, Said], Awaitable[Answer]]
    key: Callable[[Said], Hashable]
    merged: Callable[[Said, Said], Said]

    async def handler(self, hub: "Hub", connection: Connection, fields: Fields) -> Answer:
        """Carry out one at once."""
        return await self.carry_out(hub, connection, self.read(connection, fields))


def typing_key(conversation_id: int) -> Hashable:
    """Under which key somebody's typing waits for its second."""
    return "typing", conversation_id


def _read(connection: Connection, fields: Fields) -> Mark:
    return Mark(
        user_id=connection.user_id,
        conversation_id=fields.identifier("conversationId"),
        up_to_seq=fields.integer("upToSeq", minimum=0, maximum=2**53, required=False),
        up_to_message_id=fields.identifier("upToMessageId", required=False),
    )


def _delivered(connection: Connection, fields: Fields) -> Mark:
    return Mark(
        user_id=connection.user_id,
        conversation_id=fields.identifier("conversationId"),
        up_to_seq=fields.integer("upToSeq", minimum=0, maximum=2**53),
        is_read=False,
    )


def _mark_key(mark: Mark) -> Hashable:
    # a message's id does not say whether it lies above a number
    return "read" if mark.is_read else "delivered", mark.conversation_id, mark.up_to_message_id is not None


def _further(one: Mark, other: Mark) -> Mark:
    """Of two marks of one key, the one that reaches further; without a number it is to the end."""
    ends = [mark.up_to_message_id or mark.up_to_seq for mark in (one, other)]
    if ends[0] is None or ends[1] is None:
        return one if ends[0] is None else other
    return one if ends[0] > ends[1] else other


async def _mark_read(hub: "Hub", _connection: Connection, mark: Mark) -> Answer:
    state = granted(await hub.marks.submit(mark))
    return {"lastReadSeq": state.last_read_seq, "unreadCount": state.unread_count}


async def _mark_delivered(hub: "Hub", _connection: Connection, mark: Mark) -> Answer:
    granted(await hub.marks.submit(mark))
    return {}


def _keystroke(connection: Connection, fields: Fields) -> Keystroke:
    return Keystroke(
        user_id=connection.user_id,
        conversation_id=fields.identifier("conversationId"),
        is_typing=fields.boolean("isTyping", required=False) is not False,
    )


async def _tell_typing(hub: "Hub", connection: Connection, stroke: Keystroke) -> Answer:
    sends = connection.sends
    granted(await hub.typing.submit(stroke))
    place = stroke.conversation_id, stroke.user_id
    if connection.sends != sends or not hub.holds(connection):
        hub.typists.stop(*place)  # the message or the end came while this was on its way
    elif stroke.is_typing:
        hub.typists.refresh(*place, connection_id=connection.id)
    return {}


def _heartbeat(_connection: Connection, fields: Fields) -> Heartbeat:
    return Heartbeat(status=fields.choice("status", ("online", "away"), required=False))


def _later(one: Heartbeat, other: Heartbeat) -> Heartbeat:
    return other if other.status is not None else one


async def _note_alive(hub: "Hub", connection: Connection, beat: Heartbeat) -> Answer:
    hub.note_alive(connection, beat.status)
    recent = await in_thread(recent_positions_of, viewer_id=connection.user_id)
    return {"positions": positions_shape(recent)}


READ = Chatter(read=_read, carry_out=_mark_read, key=_mark_key, merged=_further)
DELIVERED = dataclasses.replace(READ, read=_delivered, carry_out=_mark_delivered)
TYPING = Chatter(
    read=_keystroke,
    carry_out=_tell_typing,
    key=lambda stroke: typing_key(stroke.conversation_id),
    merged=lambda _, latest: latest,
)
PRESENCE = Chatter(read=_heartbeat, carry_out=_note_alive, key=lambda _: "presence", merged=_later)
