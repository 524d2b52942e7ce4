"""v4's events in: each reads its input, makes one call to a service, and gives the answer's data.

Errors pass: `connection.settled` maps them. Sends do not come here but to the writer (see `incoming`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from messenger.errors import NotFound
from messenger.inputs import Fields
from messenger.message_shapes import own_message_shape
from messenger.models import User
from messenger.realtime.chatter import DELIVERED, PRESENCE, READ, TYPING, Chatter
from messenger.realtime.connection import Connection
from messenger.realtime.threads import in_thread
from messenger.selectors import access
from messenger.services import limits
from messenger.services.editing import delete_message, edit_message
from messenger.services.reactions import react
from messenger.services.sync import sync, sync_request_of
from messenger.sync_shapes import sync_shape
from messenger.texts import MAX_CONTENT_LENGTH

if TYPE_CHECKING:
    from messenger.realtime.hub import Hub

Answer = dict[str, Any]
Handler = Callable[["Hub", Connection, Fields], Any]
PREFIX = "messenger:v4:"


@dataclass(frozen=True, slots=True)
class Event:
    """An event that clients may send, each carried out at once."""

    handler: Handler


async def edit(_hub: "Hub", connection: Connection, fields: Fields) -> Answer:
    content = fields.text("content", max_length=MAX_CONTENT_LENGTH, blank=True)
    return await in_thread(_edit, connection.user_id, fields.identifier("messageId"), content)


async def delete(_hub: "Hub", connection: Connection, fields: Fields) -> Answer:
    return await in_thread(_delete, connection.user_id, fields.identifier("messageId"))


async def react_to(_hub: "Hub", connection: Connection, fields: Fields) -> Answer:
    emoji, on = fields.secret("emoji", max_length=64), fields.boolean("on", required=False)
    return await in_thread(_react, connection.user_id, fields.identifier("messageId"), emoji, on)


async def synchronise(_hub: "Hub", connection: Connection, fields: Fields) -> Answer:
    return await in_thread(_sync, connection.user_id, fields)


async def join_conversation(_hub: "Hub", connection: Connection, fields: Fields) -> Answer:
    conversation_id = fields.identifier("conversationId")
    await in_thread(_check_seat, connection.user_id, conversation_id)
    connection.on_screen.add(conversation_id)
    return {}


async def leave_conversation(_hub: "Hub", connection: Connection, fields: Fields) -> Answer:
    conversation_id = fields.identifier("conversationId")
    await in_thread(_check_seat, connection.user_id, conversation_id)
    connection.on_screen.discard(conversation_id)
    return {}


EVENTS: dict[str, Event | Chatter[Any]] = {
    f"{PREFIX}edit": Event(edit),
    f"{PREFIX}delete": Event(delete),
    f"{PREFIX}react": Event(react_to),
    f"{PREFIX}read": READ,
    f"{PREFIX}delivered": DELIVERED,
    f"{PREFIX}typing": TYPING,
    "messenger:typing": TYPING,
    f"{PREFIX}presence": PRESENCE,
    f"{PREFIX}sync": Event(synchronise),
    f"{PREFIX}join-conversation": Event(join_conversation),
    f"{PREFIX}leave-conversation": Event(leave_conversation),
}


def _person(user_id: int) -> User:
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound
    return user


def _edit(user_id: int, message_id: int, content: str) -> Answer:
    message = edit_message(editor=_person(user_id), message_id=message_id, content=content)
    return {"message": own_message_shape(message, viewer_id=user_id)}


def _delete(user_id: int, message_id: int) -> Answer:
    message = delete_message(actor=_person(user_id), message_id=message_id)
    return {"message": own_message_shape(message, viewer_id=user_id)}


def _react(user_id: int, message_id: int, emoji: str, on: bool | None) -> Answer:
    reacted = react(user=_person(user_id), message_id=message_id, emoji=emoji, on=on)
    return {"message": own_message_shape(reacted.message, viewer_id=user_id), "reacted": reacted.reacted}


def _sync(user_id: int, fields: Fields) -> Answer:
    viewer = _person(user_id)
    limits.charge(kind="reads", user=viewer)  # as POST /sync does
    return sync_shape(sync(viewer=viewer, request=sync_request_of(fields)), viewer=viewer)


def _check_seat(user_id: int, conversation_id: int) -> None:
    access.seat_of(user=_person(user_id), conversation_id=conversation_id)
