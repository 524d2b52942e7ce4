"""v4's events in both directions, as the AsyncAPI document describes them (contract: v4 realtime).

The rings have tables like these for their own events; `config/apidoc` makes the document from all of them, and fails
where a handler or a spelled event has no entry.
"""

from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from messenger.errors import (
    AutomatedMode,
    CannotMessage,
    ConversationClosed,
    EditWindowExpired,
    InvalidToken,
    MessageRejected,
    MessengerError,
    MissingToken,
    NonceReused,
    NotAllowed,
    NotFound,
    RateLimited,
    Suspended,
    Unauthenticated,
    Unavailable,
    ValidationFailed,
)
from messenger.events import (
    ConversationChanged,
    ConversationCreated,
    ConversationGone,
    ConversationRead,
    Event,
    MessageDeleted,
    MessageEdited,
    MessagesDelivered,
    MessageSent,
    ReactionChanged,
    SeatChanged,
    SessionEnded,
    TypingChanged,
)
from messenger.realtime.handlers import PREFIX
from messenger.wire_types import events as told
from messenger.wire_types.requests import TypingIn
from messenger.wire_types.syncing import SyncAsked, Synced

Door = Literal["native", "socketio"]
Errors = tuple[type[MessengerError], ...]
BOTH: tuple[Door, ...] = ("native", "socketio")
SOCKETIO: tuple[Door, ...] = ("socketio",)
GATE: Errors = (Suspended, ConversationClosed, AutomatedMode, CannotMessage)
EVERYWHERE: Errors = (ValidationFailed, RateLimited, Unavailable)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventOut:
    """An event to clients. `spells` are the facts that it tells; none where it is the connection's own."""

    name: str
    data: type[Struct]
    to: str
    spells: tuple[type[Event], ...] = ()
    doors: tuple[Door, ...] = BOTH


@dataclass(frozen=True, slots=True, kw_only=True)
class EventIn:
    """An event from clients, with what it is answered; `errors` beside those that every event may get."""

    name: str
    data: type[Struct]
    answer: type[Struct]
    about: str
    errors: Errors = ()
    alias_of: str = ""

    @property
    def every_error(self) -> Errors:
        """All that it may be refused with; before the proof, `unauthenticated`."""
        return tuple(dict.fromkeys([*self.errors, *EVERYWHERE, Unauthenticated]))


_ALL = "everybody in the conversation"
_OWN = "the person's own connections"

EVENTS_OUT = (
    EventOut(name=f"{PREFIX}hello", data=told.Hello, to="this connection, first of all"),
    EventOut(name=f"{PREFIX}message", data=told.MessageTold, to=_ALL, spells=(MessageSent,)),
    EventOut(name=f"{PREFIX}message-edited", data=told.MessageEditedTold, to=_ALL, spells=(MessageEdited,)),
    EventOut(name=f"{PREFIX}message-deleted", data=told.MessageDeletedTold, to=_ALL, spells=(MessageDeleted,)),
    EventOut(name=f"{PREFIX}reaction", data=told.ReactionTold, to=_ALL, spells=(ReactionChanged,)),
    EventOut(
        name=f"{PREFIX}read",
        data=told.ReadTold,
        to="everybody in a conversation of up to 50, above to the reader alone",
        spells=(ConversationRead,),
    ),
    EventOut(name=f"{PREFIX}delivered", data=told.DeliveredTold, to="the senders", spells=(MessagesDelivered,)),
    EventOut(
        name=f"{PREFIX}typing", data=told.TypingTold, to="everybody in it but the typist", spells=(TypingChanged,)
    ),
    EventOut(
        name=f"{PREFIX}conversation-created",
        data=told.ConversationCreatedTold,
        to="those to whom it is new",
        spells=(ConversationCreated,),
    ),
    EventOut(
        name=f"{PREFIX}conversation-updated",
        data=told.ConversationUpdatedTold,
        to="everybody in it; of one's own settings oneself alone",
        spells=(ConversationChanged, SeatChanged),
    ),
    EventOut(
        name=f"{PREFIX}conversation-deleted",
        data=told.ConversationDeletedTold,
        to=_OWN,
        spells=(ConversationGone,),
    ),
    EventOut(name=f"{PREFIX}unread", data=told.UnreadTold, to=_OWN),
    EventOut(name=f"{PREFIX}session-ended", data=told.SessionEndedTold, to=_OWN, spells=(SessionEnded,)),
    EventOut(name=f"{PREFIX}going-away", data=told.GoingAwayTold, to="every connection of the server"),
    EventOut(name="auth:success", data=told.Proved, to="this connection", doors=SOCKETIO),
    EventOut(name="auth:error", data=told.AuthFailed, to="this connection", doors=SOCKETIO),
)

EVENTS_IN = (
    EventIn(
        name="auth",
        data=told.SocketProof,
        answer=told.Proved,
        about="Prove who one is within 10 s, where nothing did at connecting; later a fresh token extends the life.",
        errors=(MissingToken, InvalidToken, Suspended, Unauthenticated),
    ),
    EventIn(
        name=f"{PREFIX}send",
        data=told.Send,
        answer=told.Sent,
        about="Send a message. The answer comes once it is committed; the same nonce again gets the same message.",
        errors=(NotFound, *GATE, NonceReused, MessageRejected),
    ),
    EventIn(
        name=f"{PREFIX}edit",
        data=told.EditSent,
        answer=told.Changed,
        about="Edit one's own message.",
        errors=(NotFound, NotAllowed, EditWindowExpired, *GATE, MessageRejected),
    ),
    EventIn(
        name=f"{PREFIX}delete",
        data=told.MessageNamed,
        answer=told.Changed,
        about="Delete a message for everybody.",
        errors=(NotFound, NotAllowed),
    ),
    EventIn(
        name=f"{PREFIX}react",
        data=told.React,
        answer=told.ReactedAnswer,
        about="Put an emoji on a message or take it off.",
        errors=(NotFound, *GATE),
    ),
    EventIn(
        name=f"{PREFIX}read",
        data=told.Read,
        answer=told.ReadAnswer,
        about="Mark as read. Coalesced to one a second and conversation; not counted.",
        errors=(NotFound, *GATE),
    ),
    EventIn(
        name=f"{PREFIX}delivered",
        data=told.DeliveredUpTo,
        answer=told.Nothing,
        about="Say up to where the client has the messages. Coalesced; not counted.",
        errors=(NotFound, *GATE),
    ),
    EventIn(
        name=f"{PREFIX}typing",
        data=TypingIn,
        answer=told.Nothing,
        about="Say that one types. Coalesced; not counted.",
        errors=(NotFound, *GATE),
    ),
    EventIn(
        name="messenger:typing",
        data=TypingIn,
        answer=told.Nothing,
        about="The same as `messenger:v4:typing`.",
        errors=(NotFound, *GATE),
        alias_of=f"{PREFIX}typing",
    ),
    EventIn(
        name=f"{PREFIX}presence",
        data=told.Heartbeat,
        answer=told.HeartbeatAnswer,
        about="A sign of life, every 30 s; `away` after 5 min without input. Coalesced; not counted.",
    ),
    EventIn(
        name=f"{PREFIX}sync",
        data=SyncAsked,
        answer=Synced,
        about="Make one's copy equal to the server's, as POST `/sync`.",
    ),
    EventIn(
        name=f"{PREFIX}join-conversation",
        data=told.ConversationNamed,
        answer=told.Nothing,
        about="This conversation is open on screen: no toast, push or e-mail for it meanwhile.",
        errors=(NotFound,),
    ),
    EventIn(
        name=f"{PREFIX}leave-conversation",
        data=told.ConversationNamed,
        answer=told.Nothing,
        about="It is not open on screen any more.",
        errors=(NotFound,),
    ),
)
