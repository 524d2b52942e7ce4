"""What rows looked like at one moment: what events carry, selectors return and `shapes` spells.

Frozen, of ids, strings, numbers and datetimes only, so that an event can cross the bus as it is. Structs, not
dataclasses: those took ten times as long to make, and a send makes several.
"""

from datetime import datetime
from typing import Any

from msgspec import Struct, field


class Person(Struct, frozen=True, kw_only=True):
    """Somebody as others see them. `display_name` is never an e-mail address."""

    id: int
    display_name: str
    avatar: str = ""
    role: str = "customer"


class AttachmentSnapshot(Struct, frozen=True, kw_only=True):
    id: int
    filename: str
    mime_type: str
    size: int
    width: int | None = None
    height: int | None = None
    has_thumbnail: bool = False


class QuoteSnapshot(Struct, frozen=True, kw_only=True):
    """The message that another one answers, shortened to 100 characters; empty where it is deleted."""

    id: int
    seq: int
    sender_id: int | None
    sender_name: str
    content: str
    is_deleted: bool


class ReactionSnapshot(Struct, frozen=True, kw_only=True):
    emoji: str
    user_id: int
    user_name: str
    created_at: datetime


class MessageSnapshot(Struct, frozen=True, kw_only=True):
    """A message, the same for every viewer; `nonce` is shown to its sender only."""

    id: int
    conversation_id: int
    seq: int
    version: int
    sender_id: int | None
    sender_name: str
    sender_avatar: str
    sender_role: str
    content: str
    type: str
    created_at: datetime
    updated_at: datetime
    nonce: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    mentions: tuple[int, ...] = ()
    attachments: tuple[AttachmentSnapshot, ...] = ()
    reply_to: QuoteSnapshot | None = None
    reactions: tuple[ReactionSnapshot, ...] = ()
    link_preview: dict[str, Any] | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None


class SeatSnapshot(Struct, frozen=True, kw_only=True):
    """A participant and their pointers, as the others see them."""

    user_id: int
    display_name: str
    avatar: str
    role: str
    member_role: str
    last_read_seq: int
    last_read_at: datetime | None
    last_delivered_seq: int
    joined_seq: int


class OwnSeatSnapshot(Struct, frozen=True, kw_only=True):
    """What is the viewer's own in a conversation."""

    user_id: int
    member_role: str
    history_from_seq: int
    private_version: int
    last_read_seq: int
    unread_count: int
    is_pinned: bool
    is_muted: bool
    muted_until: datetime | None
    is_archived: bool
    marked_unread: bool
    notify: str
    draft: dict[str, Any] | None
    is_blocked: bool = False
    widened_version: int = 0


class LastMessageSnapshot(Struct, frozen=True, kw_only=True):
    id: int
    seq: int
    content: str
    sender_id: int | None
    sender_name: str
    type: str
    created_at: datetime
    is_deleted: bool


class ContextSnapshot(Struct, frozen=True, kw_only=True):
    type: str
    reference_id: str
    title: str
    image: str
    url: str


class FlowSnapshot(Struct, frozen=True, kw_only=True):
    flow_state: str | None
    chat_status: str | None
    awaiting_role: str | None
    current_action_data: dict[str, Any]


class ConversationSnapshot(Struct, frozen=True, kw_only=True):
    """The shared fields of a conversation; `seats` holds at most 50 of its participants."""

    id: int
    type: str
    title: str
    avatar: str
    status: str
    context: ContextSnapshot | None
    flow: FlowSnapshot | None
    metadata: dict[str, Any]
    participant_count: int
    seats: tuple[SeatSnapshot, ...]
    last_message: LastMessageSnapshot | None
    last_seq: int
    version: int
    pointer_sum: int
    last_activity_at: datetime
    created_at: datetime
    updated_at: datetime
