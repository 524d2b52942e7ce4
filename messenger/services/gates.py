"""The gate of every write, for services that read its facts set-based; `access.check_may_write` is the same for one."""

from datetime import datetime
from typing import Protocol

from messenger.errors import AutomatedMode, CannotMessage, ConversationClosed, MessengerError, Suspended
from messenger.models import Conversation

_FLOW_TYPES = (Conversation.Type.CAMPAIGN, Conversation.Type.BID)


class GateFacts(Protocol):
    """What the gate needs to know of a person and a conversation."""

    @property
    def type(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def chat_status(self) -> str | None: ...
    @property
    def flow_state(self) -> str | None: ...
    @property
    def suspended_until(self) -> datetime | None: ...
    @property
    def is_blocked(self) -> bool: ...


def refusal_of(facts: GateFacts, *, now: datetime) -> MessengerError | None:
    """Why a participant may not write here, mark or type; None where they may."""
    if facts.suspended_until is not None and facts.suspended_until > now:
        return Suspended()
    if facts.status == Conversation.Status.CLOSED:
        return ConversationClosed()
    if facts.type in _FLOW_TYPES and "real_time" not in (facts.chat_status, facts.flow_state):
        return AutomatedMode()
    return CannotMessage() if facts.is_blocked else None
