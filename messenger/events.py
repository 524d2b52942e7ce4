"""Every event of the kernel as frozen data, with its audience.

The service that publishes an event chooses who hears of it (`audience`); dialects choose spelling, never people.
`blind` names participants who may not see what changed (it lies before their `history_from_seq`): they get the new
version number and nothing else, so that no number is missing for anybody (contract: Staying in sync).
"""

from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct, field

from messenger.snapshots import ConversationSnapshot, MessageSnapshot, ReactionSnapshot

E = TypeVar("E", bound="Event")


class Event(Struct, frozen=True, kw_only=True):
    """Something that has happened; `audience` holds user ids."""

    audience: tuple[int, ...]


class ConversationEvent(Event, frozen=True, kw_only=True):
    """An event of one conversation. `version` is None for what does not change the shared fields."""

    conversation_id: int
    version: int | None = None
    blind: tuple[int, ...] = ()


class MessageSent(ConversationEvent, frozen=True, kw_only=True):
    """A message was stored. `door` and `connection_id` name where it came in.

    `quote_hidden_from` names those whose history begins after the message that this one answers.
    """

    message: MessageSnapshot
    quote_hidden_from: tuple[int, ...] = ()
    door: str = ""
    connection_id: str = ""


class MessageEdited(ConversationEvent, frozen=True, kw_only=True):
    """A message's text changed, it was restored, or its preview was added or taken away."""

    message: MessageSnapshot
    quote_hidden_from: tuple[int, ...] = ()


class MessageDeleted(ConversationEvent, frozen=True, kw_only=True):
    message_id: int
    seq: int
    deleted_at: datetime


class ReactionChanged(ConversationEvent, frozen=True, kw_only=True):
    message_id: int
    user_id: int
    emoji: str
    added: bool
    reactions: tuple[ReactionSnapshot, ...]


class ConversationRead(ConversationEvent, frozen=True, kw_only=True):
    """A read pointer moved. The reader's own devices also get `private_version`."""

    user_id: int
    last_read_seq: int
    last_read_message_id: int | None
    read_at: datetime
    private_version: int
    message_hidden_from: tuple[int, ...] = ()


class MessagesDelivered(ConversationEvent, frozen=True, kw_only=True):
    user_id: int
    up_to_seq: int


class TypingChanged(ConversationEvent, frozen=True, kw_only=True):
    """Somebody began or stopped typing; never told to the typist. Not stored."""

    user_id: int
    user_name: str
    is_typing: bool


class ConversationCreated(ConversationEvent, frozen=True, kw_only=True):
    """A conversation is new to its audience: created, or they were added to it."""

    conversation: ConversationSnapshot


class ConversationChanged(ConversationEvent, frozen=True, kw_only=True):
    """Shared fields changed; `updates` names them as v4 does."""

    updates: dict[str, Any] = field(default_factory=dict)
    conversation: ConversationSnapshot


class SeatChanged(ConversationEvent, frozen=True, kw_only=True):
    """The caller's own settings changed; told to their own devices only."""

    user_id: int
    private_version: int
    updates: dict[str, Any]


class ConversationGone(ConversationEvent, frozen=True, kw_only=True):
    """The audience has no part in the conversation any more (left, removed), or deleted it for themselves."""

    is_seat_ended: bool


class SessionEnded(Event, frozen=True, kw_only=True):
    """Sign-ins ended: sockets of `sign_in_ids` close with 4001, or all of the audience's where it is None."""

    sign_in_ids: tuple[int, ...] | None
    reason: str
    except_sign_in_id: int | None = None

    def ends(self, sign_in_id: int) -> bool:
        """True where this sign-in of somebody of the audience is among them."""
        is_named = self.sign_in_ids is None or sign_in_id in self.sign_in_ids
        return is_named and sign_in_id != self.except_sign_in_id


class VisibilityChanged(Event, frozen=True, kw_only=True):
    """Who may see the presence of the audience has changed: of one of them, by their setting, or of two, by a block.

    Nobody is told of this event itself; presence tells what follows from it.
    """


def register_event(kind: type[E]) -> type[E]:
    """Let an event of a ring (presence, notifications) cross the bus too."""
    EVENT_TYPES[kind.__name__] = kind
    return kind


EVENT_TYPES: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        MessageSent,
        MessageEdited,
        MessageDeleted,
        ReactionChanged,
        ConversationRead,
        MessagesDelivered,
        TypingChanged,
        ConversationCreated,
        ConversationChanged,
        SeatChanged,
        ConversationGone,
        SessionEnded,
        VisibilityChanged,
    )
}
