"""The gate of every write: the one place that says why a participant may not write somewhere."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from messenger.errors import AutomatedMode, CannotMessage, ConversationClosed, MessengerError, Suspended
from messenger.models import Conversation

_FLOW_TYPES = (Conversation.Type.CAMPAIGN, Conversation.Type.BID)


class PlaceFacts(Protocol):
    """What the gate needs to know of a conversation."""

    @property
    def type(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def chat_status(self) -> str | None: ...
    @property
    def flow_state(self) -> str | None: ...


class Facts(NamedTuple):
    """The facts of a conversation that is at hand in another form."""

    type: str
    status: str
    chat_status: str | None
    flow_state: str | None


def refusal_of(
    place: PlaceFacts, *, suspended_until: datetime | None, is_blocked: Callable[[], bool], now: datetime
) -> MessengerError | None:
    """Why a participant may not send, change, mark or type here; None where they may.

    `is_blocked` is asked last: whether the conversation is one between two, and one of them blocks the other.
    """
    if suspended_until is not None and suspended_until > now:
        return Suspended()
    if place.status == Conversation.Status.CLOSED:
        return ConversationClosed()
    if place.type in _FLOW_TYPES and "real_time" not in (place.chat_status, place.flow_state):
        return AutomatedMode()
    return CannotMessage() if is_blocked() else None
