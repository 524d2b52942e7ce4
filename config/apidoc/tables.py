"""The tables that the API documents are made from: one row for each ring."""

from functools import cache

from messenger.api.operations import conversations, flows, messages, own, signing_in
from messenger.api.operations.entries import Operation
from moderation.api import operations as moderation
from presence.api import operations as presence

_OPERATIONS = (
    signing_in.OPERATIONS,
    conversations.OPERATIONS,
    flows.OPERATIONS,
    messages.OPERATIONS,
    own.OPERATIONS,
    presence.OPERATIONS,
    moderation.OPERATIONS,
)


@cache
def operations() -> dict[tuple[str, str], Operation]:
    """Every described operation, by method and path below `/api/v4/`."""
    return {(entry.method, entry.path): entry for table in _OPERATIONS for entry in table}


def without_aliases() -> list[Operation]:
    """Every described operation once."""
    return [entry for entry in operations().values() if not entry.alias_of]
