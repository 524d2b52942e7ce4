"""Staying in sync, and search: answers that carry conversations and messages together."""

from typing import Annotated

from msgspec import UNSET, Meta

from messenger.wire_types.conversations import Conversation
from messenger.wire_types.messages import Message
from messenger.wire_types.values import (
    Absent,
    AnyId,
    Count,
    Cursor,
    Done,
    Id,
    Input,
    Moment,
    PersonId,
    Pointer,
    PrivateVersion,
    Shape,
    Version,
)

_POSITIONS = {"12": {"version": 41, "privateVersion": 7, "pointerSum": 83}}
Epoch = Annotated[str, Meta(description="Names the database's history.", max_length=64, examples=["5e2f1c9a"])]


class Position(Shape):
    """The three numbers that say how current a copy of a conversation is."""

    version: Version
    private_version: PrivateVersion
    pointer_sum: Annotated[int, Meta(ge=0, examples=[83])]


class PositionIn(Input):
    """The three numbers of the client's copy; an absent one counts as 0."""

    version: Annotated[int, Meta(ge=0, le=2**53 - 1, examples=[41])] | Absent = UNSET
    private_version: Annotated[int, Meta(ge=0, le=2**53 - 1, examples=[7])] | Absent = UNSET
    pointer_sum: Annotated[int, Meta(ge=0, le=2**53 - 1, examples=[83])] | Absent = UNSET


class SyncAsked(Input):
    """What the client has. Conversations that it does not list are new to it, unless `only` narrows the call."""

    epoch: Epoch | Absent | None = UNSET
    conversations: Annotated[dict[str, PositionIn], Meta(max_length=500, examples=[_POSITIONS])] | Absent | None = UNSET
    only: Annotated[list[AnyId], Meta(max_length=500, examples=[["12"]])] | Absent | None = UNSET
    cursor: Annotated[str, Meta(pattern=r"^[0-9]{1,16}\.[0-9]{1,16}$", examples=["12.0"])] | Absent | None = UNSET
    limit: (
        Annotated[int, Meta(description="How many messages at most.", ge=1, le=500, examples=[500])] | Absent | None
    ) = UNSET


class SeatPointers(Shape):
    """How far a participant has read and received."""

    last_read_seq: Pointer
    last_read_at: Moment | None
    last_delivered_seq: Pointer
    joined_seq: Annotated[int, Meta(ge=0, examples=[0])]


Positions = Annotated[dict[Id, Position], Meta(examples=[_POSITIONS])]


class Synced(Done):
    """What the client lacks. `positions` says up to where each conversation is complete; store these numbers."""

    epoch: Epoch
    conversations: list[Conversation]
    messages: Annotated[dict[Id, list[Message]], Meta(examples=[{}])]
    pointers: Annotated[dict[Id, dict[PersonId, SeatPointers]], Meta(examples=[{}])]
    positions: Positions
    removed: list[Id]
    unread_count: Count
    server_time: Moment
    cursor: Cursor | None
    has_more: bool


class Highlight(Shape):
    """A place to mark in `content`, in code points."""

    start: Annotated[int, Meta(ge=0, examples=[4])]
    end: Annotated[int, Meta(ge=0, examples=[10])]


class SearchHit(Message, kw_only=True):
    """A message that fits, with its conversation and the places to mark."""

    conversation: Conversation
    highlight: list[Highlight]


class SearchResults(Done):
    """A page of messages that fit, newest first."""

    results: list[SearchHit]
    count: Count
    has_more: bool
    next_cursor: Cursor | None
