"""Conversations and what one does there (contract: Conversations)."""

from messenger.api.operations.entries import Download, OneOf, Operation
from messenger.errors import (
    AutomatedMode,
    CannotMessage,
    ConversationClosed,
    DraftConflict,
    LastOwner,
    MessageRejected,
    NonceReused,
    NotAllowed,
    NotFound,
    RateLimited,
    Suspended,
    UnknownParticipant,
)
from messenger.wire_types import conversations as shown
from messenger.wire_types import flows
from messenger.wire_types import requests as sent
from messenger.wire_types.values import Done

_TAG = "Conversations"
_GROUPS = "Groups"
_M = "messenger"
_ONE = f"{_M}/conversations/{{conversationId}}"
_OPENED = OneOf((shown.OpenedConversation, flows.OpenedFlow))
GATE = (Suspended, ConversationClosed, AutomatedMode, CannotMessage)

OPERATIONS = (
    Operation(
        method="GET",
        path=f"{_M}/conversations",
        name="listConversations",
        tag=_TAG,
        summary="List my conversations",
        about="Newest activity first, pinned ones first on page one; archived ones only with `archived=true`.",
        query=sent.ConversationFilters,
        answers={200: shown.Conversations},
        errors=(RateLimited,),
    ),
    Operation(
        method="POST",
        path=f"{_M}/conversations",
        name="openConversation",
        tag=_TAG,
        summary="Open a conversation",
        about="`type` defaults to `direct` for one other person, to `group` for more. A direct conversation of two "
        "people exists once, with a `context` once for each: then the answer is 200 and `isExisting`. Unknown, "
        "deactivated and blocking people are all `unknown_participant`. A campaign or bid is opened by an API client "
        "with the scope `flow`, for exactly the people that it names.",
        headers=("Idempotency-Key",),
        body=sent.NewConversation,
        answers={201: _OPENED, 200: _OPENED},
        errors=(UnknownParticipant, NotAllowed, *GATE, NonceReused, MessageRejected, RateLimited),
    ),
    Operation(
        method="GET",
        path=_ONE,
        name="getConversation",
        tag=_TAG,
        summary="Show a conversation",
        answers={200: shown.OneConversation},
        errors=(NotFound, RateLimited),
    ),
    Operation(
        method="PATCH",
        path=_ONE,
        name="changeConversation",
        tag=_TAG,
        summary="Change a conversation",
        about="The caller's own settings; and by an owner or admin of a group `title`, `avatar`, `metadata` and "
        "`status` (the last also by a moderator).",
        body=sent.ConversationChanges,
        answers={200: shown.OneConversation},
        errors=(NotFound, NotAllowed, *GATE, DraftConflict),
    ),
    Operation(
        method="DELETE",
        path=_ONE,
        name="deleteConversation",
        tag=_TAG,
        summary="Delete a conversation for me",
        about="History up to now is hidden from the caller for good; the others lose nothing. It comes back with the "
        "next message.",
        answers={200: Done},
        errors=(NotFound,),
    ),
    Operation(
        method="GET",
        path=f"{_ONE}/participants",
        name="listParticipants",
        tag=_GROUPS,
        summary="List everybody who is in",
        answers={200: shown.Participants},
        errors=(NotFound, RateLimited),
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/participants",
        name="addParticipants",
        tag=_GROUPS,
        summary="Add people to a group",
        body=sent.NewParticipants,
        headers=("Idempotency-Key",),
        answers={200: shown.OneConversation},
        errors=(NotFound, NotAllowed, Suspended, ConversationClosed, UnknownParticipant, NonceReused),
    ),
    Operation(
        method="PATCH",
        path=f"{_ONE}/participants/{{userId}}",
        name="changeMemberRole",
        tag=_GROUPS,
        summary="Change somebody's role in a group",
        body=sent.RoleChange,
        answers={200: shown.OneConversation},
        errors=(NotFound, NotAllowed, Suspended, LastOwner),
    ),
    Operation(
        method="DELETE",
        path=f"{_ONE}/participants/{{userId}}",
        name="removeParticipant",
        tag=_GROUPS,
        summary="Remove somebody from a group, or leave it",
        about="Naming oneself is leaving. The last owner hands over first.",
        answers={200: Done},
        errors=(NotFound, NotAllowed, Suspended, LastOwner),
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/read",
        name="markRead",
        tag=_TAG,
        summary="Mark as read",
        about="Up to a message, or everything. Never moves back.",
        body=sent.ReadUpTo,
        answers={200: shown.ReadState},
        errors=(NotFound, *GATE),
    ),
    Operation(
        method="GET",
        path=f"{_ONE}/export",
        name="exportConversation",
        tag=_TAG,
        summary="Export a conversation",
        about="Streamed: what the caller may see of it, as JSON (`{success, exportedAt, conversation, messages, "
        "isComplete}`), HTML or CSV.",
        query=sent.ExportChoice,
        answers={200: Download("The file.", ("application/json", "text/html", "text/csv"))},
        errors=(NotFound, RateLimited),
    ),
    Operation(
        method="GET",
        path=f"{_ONE}/receipts",
        name="listReceipts",
        tag=_TAG,
        summary="Who has it, who has read it",
        query=sent.ReceiptsAsked,
        answers={200: shown.Receipts},
        errors=(NotFound, RateLimited),
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/typing",
        name="setTyping",
        tag=_TAG,
        summary="Say that I am typing",
        about="At most one event a second leaves; off after 3 s of silence and with the send.",
        body=sent.TypingState,
        answers={200: Done},
        errors=(NotFound, *GATE),
    ),
    Operation(
        method="POST",
        path=f"{_M}/typing",
        name="setTypingIn",
        tag=_TAG,
        summary="Say that I am typing in the conversation named in the body",
        body=sent.TypingIn,
        answers={200: Done},
        errors=(NotFound, *GATE),
        alias_of="setTyping",
    ),
)
