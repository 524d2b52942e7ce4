"""Presence over REST (contract: Presence, notifications, push)."""

from messenger.api.operations.entries import Operation
from messenger.errors import NotFound
from presence import wire_types

_TAG = "Presence"

OPERATIONS = (
    Operation(
        method="GET",
        path="presence",
        name="listPresence",
        tag=_TAG,
        summary="Who is there",
        about="Who may not be seen is `offline`.",
        query=wire_types.PeopleAsked,
        answers={200: wire_types.PresenceByPerson},
    ),
    Operation(
        method="PUT",
        path="presence",
        name="setPresence",
        tag=_TAG,
        summary="Say how I want to be seen",
        body=wire_types.OwnPresence,
        answers={200: wire_types.PresenceByPerson},
    ),
    Operation(
        method="GET",
        path="presence/{userId}",
        name="getPresence",
        tag=_TAG,
        summary="Is somebody there",
        answers={200: wire_types.PresenceByPerson},
        errors=(NotFound,),
    ),
)
