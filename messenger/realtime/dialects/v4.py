"""v4's spelling of the events (contract: v4 realtime, Server to client). Who hears is the event's own business."""

from collections.abc import Iterator
from functools import singledispatch

from messenger import shapes
from messenger.conversation_shapes import conversation_body
from messenger.events import (
    ConversationChanged,
    ConversationCreated,
    ConversationEvent,
    ConversationGone,
    ConversationRead,
    Event,
    MessageDeleted,
    MessageEdited,
    MessagesDelivered,
    MessageSent,
    ReactionChanged,
    SeatChanged,
    TypingChanged,
)
from messenger.realtime.frames import Frame

PREFIX = "messenger:v4:"


def frames_of(event: Event) -> Iterator[Frame]:
    """The frames of one event, blind participants' bare version numbers included."""
    yield from spell(event)
    if isinstance(event, ConversationEvent) and event.blind:
        data: shapes.Json = {"conversationId": str(event.conversation_id), "version": event.version, "updates": {}}
        yield Frame(event.blind, f"{PREFIX}conversation-updated", data)


@singledispatch
def spell(_event: Event) -> Iterator[Frame]:
    """The frames of an event for those who see all of it; rings register their own events here."""
    yield from ()


@spell.register
def _(event: MessageSent) -> Iterator[Frame]:
    name, message = f"{PREFIX}message", event.message
    data: shapes.Json = {
        "conversationId": str(event.conversation_id),
        "message": shapes.message_body(message),
        "version": event.version,
    }
    others = event.audience
    if message.nonce is not None:
        others = tuple(person for person in others if person != message.sender_id)
        own = {**data, "message": {**data["message"], "clientNonce": message.nonce}}
        yield Frame((message.sender_id or 0,), name, own)
    if event.quote_hidden_from:
        bare = {**data, "message": shapes.message_body(message, with_quote=False)}
        yield Frame(event.quote_hidden_from, name, bare)
        others = tuple(person for person in others if person not in event.quote_hidden_from)
    yield Frame(others, name, data)


@spell.register
def _(event: MessageEdited) -> Iterator[Frame]:
    message = event.message
    for people, with_quote in (
        (event.quote_hidden_from, False),
        (tuple(person for person in event.audience if person not in event.quote_hidden_from), True),
    ):
        if people:
            data = {
                "conversationId": str(event.conversation_id),
                "messageId": str(message.id),
                "content": message.content,
                "editedAt": shapes.iso(message.edited_at),
                "message": shapes.message_body(message, with_quote=with_quote),
                "version": event.version,
            }
            yield Frame(people, f"{PREFIX}message-edited", data)


@spell.register
def _(event: MessageDeleted) -> Iterator[Frame]:
    data = {
        "conversationId": str(event.conversation_id),
        "messageId": str(event.message_id),
        "seq": event.seq,
        "deletedAt": shapes.iso(event.deleted_at),
        "version": event.version,
    }
    yield Frame(event.audience, f"{PREFIX}message-deleted", data)


@spell.register
def _(event: ReactionChanged) -> Iterator[Frame]:
    data = {
        "conversationId": str(event.conversation_id),
        "messageId": str(event.message_id),
        "userId": str(event.user_id),
        "emoji": event.emoji,
        "added": event.added,
        "reactions": [shapes.reaction_shape(item) for item in event.reactions],
        "reactionSummary": shapes.reaction_summary(event.reactions),
        "version": event.version,
    }
    yield Frame(event.audience, f"{PREFIX}reaction", data)


@spell.register
def _(event: ConversationRead) -> Iterator[Frame]:
    newest = event.last_read_message_id
    data: shapes.Json = {
        "conversationId": str(event.conversation_id),
        "userId": str(event.user_id),
        "lastReadSeq": event.last_read_seq,
        "lastReadMessageId": None if newest is None else str(newest),
        "readAt": shapes.iso(event.read_at),
    }
    others = [person for person in event.audience if person != event.user_id]
    blind = tuple(person for person in others if person in event.message_hidden_from)
    if blind:
        yield Frame(blind, f"{PREFIX}read", {**data, "lastReadMessageId": None})
    seeing = tuple(person for person in others if person not in blind)
    if seeing:
        yield Frame(seeing, f"{PREFIX}read", data)
    yield Frame((event.user_id,), f"{PREFIX}read", {**data, "privateVersion": event.private_version})


@spell.register
def _(event: MessagesDelivered) -> Iterator[Frame]:
    data = {
        "conversationId": str(event.conversation_id),
        "userId": str(event.user_id),
        "upToSeq": event.up_to_seq,
    }
    yield Frame(event.audience, f"{PREFIX}delivered", data)


@spell.register
def _(event: TypingChanged) -> Iterator[Frame]:
    data = {
        "conversationId": str(event.conversation_id),
        "userId": str(event.user_id),
        "userName": event.user_name,
        "isTyping": event.is_typing,
    }
    audience = tuple(person for person in event.audience if person != event.user_id)
    yield Frame(audience, f"{PREFIX}typing", data, droppable=True)


@spell.register
def _(event: ConversationCreated) -> Iterator[Frame]:
    yield Frame(
        event.audience, f"{PREFIX}conversation-created", {"conversation": conversation_body(event.conversation)}
    )


@spell.register
def _(event: ConversationChanged) -> Iterator[Frame]:
    data = {
        "conversationId": str(event.conversation_id),
        "updates": event.updates,
        "conversation": conversation_body(event.conversation),
        "version": event.version,
    }
    yield Frame(event.audience, f"{PREFIX}conversation-updated", data)


@spell.register
def _(event: SeatChanged) -> Iterator[Frame]:
    data = {
        "conversationId": str(event.conversation_id),
        "updates": event.updates,
        "privateVersion": event.private_version,
    }
    yield Frame(event.audience, f"{PREFIX}conversation-updated", data)


@spell.register
def _(event: ConversationGone) -> Iterator[Frame]:
    yield Frame(event.audience, f"{PREFIX}conversation-deleted", {"conversationId": str(event.conversation_id)})
