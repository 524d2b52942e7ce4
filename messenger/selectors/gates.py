"""The gate of every write: the one place that says why a participant may not write somewhere.

Also where a block between people counts: in what is between two of them (`is_between_two`, and the same as a condition
and as SQL for those who read many at once).
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from django.db.models import Q

from messenger.errors import AutomatedMode, CannotMessage, ConversationClosed, MessengerError, Suspended
from messenger.models import Conversation

FLOW_TYPES = (Conversation.Type.CAMPAIGN, Conversation.Type.BID)
_TWO = 2


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
    place: PlaceFacts,
    *,
    suspended_until: datetime | None,
    is_blocked: Callable[[], bool],
    now: datetime,
    is_action: bool = False,
) -> MessengerError | None:
    """Why a participant may not send, change, mark or type here; None where they may.

    `is_blocked` is asked last: whether the conversation is one between two, and one of them blocks the other.
    With `is_action` it is a button of a flow that is pressed, which an automated conversation is there for.
    """
    if is_suspended_at(suspended_until, now):
        return Suspended()
    if place.status == Conversation.Status.CLOSED:
        return ConversationClosed()
    if not is_action and place.type in FLOW_TYPES and "real_time" not in (place.chat_status, place.flow_state):
        return AutomatedMode()
    return CannotMessage() if is_blocked() else None


def is_suspended_at(suspended_until: datetime | None, now: datetime) -> bool:
    """True while a moderator's suspension lasts."""
    return suspended_until is not None and suspended_until > now


def is_between_two(kind: str, people: int) -> bool:
    """Whether a conversation of this type and number of people is between two, so that a block counts in it."""
    return kind != Conversation.Type.GROUP and people <= _TWO


def between_two(prefix: str = "") -> Q:
    """`is_between_two` as a condition; `prefix` leads to the conversation."""
    return ~Q(**{f"{prefix}type": Conversation.Type.GROUP}) & Q(**{f"{prefix}participant_count__lte": _TWO})


def blocked_sql(*, people: str, person: str, kind: str | None = None) -> str:
    """SQL that says what `is_blocked` asks for: `is_between_two`, and one blocks the other.

    The arguments are SQL too: the array of all who are in, the one of them who asks, and the conversation's type.
    Without the type it is for the caller to ask `is_between_two` as well: the send has its type from another row.
    """
    is_no_group = "true" if kind is None else f"{kind} <> '{Conversation.Type.GROUP.value}'"
    return f"""CASE WHEN cardinality({people}) <= {_TWO} AND EXISTS (
            SELECT 1 FROM messenger_block b WHERE (b.blocker_id = {person} AND b.blocked_id = ANY({people}))
                                               OR (b.blocked_id = {person} AND b.blocker_id = ANY({people})))
            THEN {is_no_group} ELSE false END"""
