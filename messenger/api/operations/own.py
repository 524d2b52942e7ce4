"""What is the caller's own: counts, limits, contacts, blocks, sync and search (contract: Conversations)."""

from messenger.api.operations.entries import Operation
from messenger.errors import NonceReused, NotFound, RateLimited, ValidationFailed
from messenger.wire_types import conversations, people, requests, syncing
from messenger.wire_types.values import Done

_TAG = "Mine"
_M = "messenger"

OPERATIONS = (
    Operation(
        method="GET",
        path=f"{_M}/unread",
        name="countUnread",
        tag=_TAG,
        summary="Count unread messages",
        answers={200: conversations.UnreadCounts},
    ),
    Operation(
        method="GET",
        path=f"{_M}/unread-count",
        name="countUnreadAlias",
        tag=_TAG,
        summary="Count unread messages",
        answers={200: conversations.UnreadCounts},
        alias_of="countUnread",
    ),
    Operation(
        method="GET",
        path=f"{_M}/limits",
        name="getLimits",
        tag=_TAG,
        summary="What my tier still allows",
        answers={200: people.Limits},
    ),
    Operation(
        method="GET",
        path=f"{_M}/contacts",
        name="listContacts",
        tag=_TAG,
        summary="Find people to write to",
        about="Matches names, never e-mail addresses. People on either side of a block don't find each other.",
        query=people.ContactFilters,
        answers={200: people.Contacts},
        errors=(RateLimited,),
    ),
    Operation(
        method="GET",
        path=f"{_M}/blocks",
        name="listBlocks",
        tag=_TAG,
        summary="Whom I have blocked",
        answers={200: people.Blocks},
    ),
    Operation(
        method="POST",
        path=f"{_M}/blocks",
        name="blockPerson",
        tag=_TAG,
        summary="Block somebody",
        about="They can't write to the caller, see their presence or find them. 200 where they were blocked already.",
        body=people.NewBlock,
        headers=("Idempotency-Key",),
        answers={201: people.Blocked, 200: people.Blocked},
        errors=(NotFound, ValidationFailed, NonceReused),
    ),
    Operation(
        method="DELETE",
        path=f"{_M}/blocks/{{userId}}",
        name="unblockPerson",
        tag=_TAG,
        summary="Lift a block",
        answers={200: Done},
        errors=(NotFound,),
    ),
    Operation(
        method="POST",
        path=f"{_M}/sync",
        name="sync",
        tag=_TAG,
        summary="Make my copy equal to the server's",
        about="Answers everything in which the client differs; call again with `cursor` while `hasMore`. "
        "Counts as a sign of life for presence.",
        body=syncing.SyncAsked,
        answers={200: syncing.Synced},
        errors=(RateLimited,),
    ),
    Operation(
        method="GET",
        path=f"{_M}/search",
        name="searchMessages",
        tag=_TAG,
        summary="Search messages",
        about="Full text over what the caller may read, newest first.",
        query=requests.SearchAsked,
        answers={200: syncing.SearchResults},
        errors=(NotFound, RateLimited),
    ),
)
