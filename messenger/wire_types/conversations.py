"""Conversations, as one participant sees them and as all share them."""

from typing import Annotated

from msgspec import UNSET, Meta, field

from messenger.wire_types.messages import Message
from messenger.wire_types.values import (
    Absent,
    ChatStatus,
    ContextType,
    ConversationStatus,
    ConversationType,
    Count,
    Cursor,
    Done,
    FileId,
    Id,
    Json,
    MemberRole,
    MessageId,
    MessageType,
    Metadata,
    Moment,
    Name,
    Notify,
    Path,
    PersonId,
    Pointer,
    Presence,
    PrivateVersion,
    Role,
    Seq,
    Shape,
    Version,
)

Title = Annotated[str, Meta(examples=["Summer party"])]
Reference = Annotated[str, Meta(description="Which offer, by id or slug.", examples=["garden-wedding"])]


class Context(Shape):
    """What a conversation is about. The last three fields say the first ones again, for older clients."""

    type: ContextType
    reference_id: Reference
    reference_title: Annotated[str, Meta(examples=["Garden wedding"])]
    reference_image: Path | None
    url: Annotated[str, Meta(examples=["/offers/garden-wedding"])] | None
    id: Reference
    title: Annotated[str, Meta(examples=["Garden wedding"])]
    image_url: Path | None


class LastMessage(Shape):
    """The newest message, at most 100 characters of it; empty where it is deleted."""

    id: MessageId
    seq: Seq
    content: Annotated[str, Meta(max_length=100, examples=["See you on Friday."])]
    sender_id: PersonId | None
    sender_name: Name
    sent_at: Moment
    created_at: Moment
    type: MessageType
    is_deleted: bool


class Flow(Shape):
    """Where a campaign or bid stands; clients may write while one of the first two is `real_time`."""

    flow_state: Annotated[str, Meta(examples=["awaiting_quote"])] | None
    chat_status: ChatStatus | None
    awaiting_role: Annotated[str, Meta(examples=["supplier"])] | None
    current_action_data: Annotated[Json, Meta(examples=[{"buttons": [{"id": "accept", "label": "Accept"}]}])]


class Draft(Shape):
    """What the caller has begun to write; `rev` grows with every change."""

    text: Annotated[str, Meta(examples=["Dear Bob"])]
    reply_to_id: MessageId | None
    attachment_ids: list[FileId]
    rev: Annotated[int, Meta(ge=1, examples=[3])]
    updated_at: Moment


class Permissions(Shape):
    """What will work for the caller; `reason` is the code that a send would be refused with."""

    can_send: bool
    can_invite: bool
    can_rename: bool
    can_remove: bool
    can_close: bool
    reason: Annotated[str, Meta(examples=["conversation_closed"])] | Absent = UNSET


class Seat(Shape):
    """A participant, as everybody in the conversation sees them."""

    user_id: PersonId
    display_name: Name
    avatar: Path | None
    role: Role
    member_role: MemberRole
    last_read_seq: Pointer
    last_read_at: Moment | None
    last_delivered_seq: Pointer
    joined_seq: Annotated[int, Meta(description="Messages above this number came while they were in.", ge=0)]


class Participant(Seat):
    """A participant with their presence."""

    status: Presence


class ListedParticipant(Participant):
    """A participant with their presence; the last fields stand on the caller's own entry only."""

    is_pinned: bool | Absent = UNSET
    is_muted: bool | Absent = UNSET
    muted_until: Moment | Absent | None = UNSET
    is_archived: bool | Absent = UNSET
    unread_count: Count | Absent = UNSET


class _Shared(Shape):
    underscore_id: Id = field(name="_id")
    id: Id
    type: ConversationType
    title: Title | None
    avatar: Path | None
    participant_count: Count
    context: Context | None
    last_message: LastMessage | None
    last_seq: Pointer
    version: Version
    pointer_sum: Annotated[int, Meta(description="The sum of everybody's pointers.", ge=0, examples=[83])]
    status: ConversationStatus
    flow: Flow | None
    message_count: Count
    metadata: Metadata
    created_at: Moment
    updated_at: Moment


class SharedConversation(_Shared):
    """A conversation as all its participants share it: what events carry."""

    participants: Annotated[list[Seat], Meta(max_length=50)]


class Conversation(_Shared):
    """A conversation as the caller sees it. At most 50 participants are listed; the rest at `…/participants`."""

    participants: Annotated[list[ListedParticipant], Meta(max_length=50)]
    is_pinned: bool
    is_muted: bool
    muted_until: Moment | None
    is_archived: bool
    unread_count: Count
    last_read_seq: Pointer
    marked_unread: bool
    notify: Notify
    draft: Draft | None
    private_version: PrivateVersion
    history_from_seq: Annotated[int, Meta(description="The first message that the caller may see.", ge=1)]
    permissions: Permissions


class Conversations(Done):
    """A page of the caller's conversations."""

    conversations: list[Conversation]
    count: Count
    total: Annotated[int, Meta(description="How many there are with these filters.", ge=0)]
    has_more: bool
    next_cursor: Cursor | None


class OneConversation(Done):
    """The conversation, as the caller sees it now."""

    conversation: Conversation


class OpenedConversation(Done):
    """The conversation, and the message that came with it."""

    conversation: Conversation
    message: Message | None
    is_existing: bool


class Participants(Done):
    """Everybody who is in."""

    participants: list[Participant]
    count: Count


class ReadState(Done):
    """Where the caller's read pointer stands."""

    last_read_seq: Pointer
    unread_count: Count
    marked_count: Annotated[int, Meta(description="How many messages became read by this.", ge=0)]


class Delivered(Shape):
    """Somebody whose client has the message."""

    user_id: PersonId
    display_name: Name
    avatar: Path | None
    delivered_at: Moment | None


class ReadBySomebody(Shape):
    """Somebody who has read the message."""

    user_id: PersonId
    display_name: Name
    avatar: Path | None
    read_at: Moment | None


class Receipts(Done):
    """Who has a message, and who has read it."""

    seq: Pointer
    delivered: list[Delivered]
    read: list[ReadBySomebody]


class UnreadCounts(Done):
    """Unread messages: all, and by conversation. Archived and muted ones do not count in the sum."""

    unread_count: Count
    count: Count
    conversations: Annotated[dict[Id, Count], Meta(examples=[{"12": 2}])]
