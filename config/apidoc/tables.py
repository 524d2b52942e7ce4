"""The tables that the API documents are made from: one row for each ring."""

from functools import cache

from messenger.api.operations import conversations, flows, messages, own, own_data, signing_in
from messenger.api.operations.entries import Operation
from messenger.realtime import vocabulary
from messenger.realtime.vocabulary import EventIn, EventOut
from moderation.api import operations as moderation
from notifications import vocabulary as notification_vocabulary
from presence import vocabulary as presence_vocabulary
from presence.api import operations as presence

_OPERATIONS = (
    signing_in.OPERATIONS,
    conversations.OPERATIONS,
    flows.OPERATIONS,
    messages.OPERATIONS,
    own.OPERATIONS,
    own_data.OPERATIONS,
    presence.OPERATIONS,
    moderation.OPERATIONS,
)
EVENTS_IN: tuple[EventIn, ...] = vocabulary.EVENTS_IN
EVENTS_OUT: tuple[EventOut, ...] = (
    *vocabulary.EVENTS_OUT,
    *presence_vocabulary.EVENTS_OUT,
    *notification_vocabulary.EVENTS_OUT,
)


@cache
def operations() -> dict[tuple[str, str], Operation]:
    """Every described operation, by method and path below `/api/v4/`."""
    return {(entry.method, entry.path): entry for table in _OPERATIONS for entry in table}
