"""Messages and their files, as one participant sees them and as all share them."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, field

from messenger.wire_types.values import (
    Absent,
    Count,
    Cursor,
    DeliveryStatus,
    Done,
    Emoji,
    FileId,
    Id,
    MessageId,
    MessageType,
    Moment,
    Name,
    Nonce,
    Path,
    PersonId,
    Role,
    Seq,
    Shape,
    Version,
)

Content = Annotated[
    str, Meta(description="The text as typed; empty where it is deleted.", examples=["See you on Friday."])
]
Preview = Annotated[str, Meta(max_length=100, examples=["Does Friday suit you?"])]


class Attachment(Shape):
    """A file. Only participants can fetch it, at `url`."""

    id: FileId
    url: Annotated[str, Meta(examples=["/api/v4/messenger/attachments/58"])]
    filename: Annotated[str, Meta(examples=["menu.pdf"])]
    mime_type: Annotated[str, Meta(description="Read from the content.", examples=["application/pdf"])]
    size: Annotated[int, Meta(description="Bytes.", ge=1, examples=[48213])]
    width: Annotated[int, Meta(ge=1)] | None
    height: Annotated[int, Meta(ge=1)] | None
    thumbnail_url: Annotated[str, Meta(examples=["/api/v4/messenger/attachments/58/thumbnail"])] | None


class Quote(Shape):
    """The message that another one answers, at most 100 characters of it."""

    underscore_id: MessageId = field(name="_id")
    message_id: MessageId
    seq: Seq
    sender_id: PersonId | None
    sender_name: Name
    content: Preview
    is_deleted: bool


class Reaction(Shape):
    """Somebody's emoji on a message."""

    emoji: Emoji
    user_id: PersonId
    user_name: Name
    created_at: Moment


class SharedReactionSummary(Shape):
    """An emoji, how often, and its first 20 people."""

    emoji: Emoji
    count: Count
    users: Annotated[list[PersonId], Meta(max_length=20)]


class ReactionSummary(SharedReactionSummary):
    """An emoji, how often, its first 20 people, and whether the caller's is among them."""

    reacted: bool | Absent = UNSET


class LinkPreview(Shape):
    """What the first link of the text leads to."""

    url: Annotated[str, Meta(examples=["https://example.com/menu"])]
    title: Annotated[str, Meta(examples=["Our menu"])] | None
    description: str | None
    image_url: Path | None
    site_name: Annotated[str, Meta(examples=["Example"])] | None


class ReadBy(Shape):
    """Somebody who has read the message."""

    user_id: PersonId
    read_at: Moment | None


class _Shared(Shape):
    underscore_id: MessageId = field(name="_id")
    id: MessageId
    conversation_id: Id
    seq: Seq
    version: Version
    sender_id: PersonId | None
    sender_name: Name
    sender_avatar: Path | None
    sender_role: Role
    content: Content
    type: MessageType
    attachments: list[Attachment]
    reply_to: Quote | None
    reactions: list[Reaction]
    mentions: list[PersonId]
    is_edited: bool
    edited_at: Moment | None
    is_deleted: bool
    deleted_at: Moment | None
    link_preview: LinkPreview | None
    metadata: Annotated[dict[str, Any], Meta(examples=[{}])]
    created_at: Moment
    updated_at: Moment


class SharedMessage(_Shared):
    """A message as every participant sees it: what events carry. `clientNonce` goes to its sender only."""

    reaction_summary: list[SharedReactionSummary]
    client_nonce: Nonce | Absent | None = UNSET


class Message(_Shared):
    """A message as the caller sees it. `status` is the furthest that every other participant has reached."""

    reaction_summary: list[ReactionSummary]
    status: DeliveryStatus
    read_by: list[ReadBy]
    client_nonce: Annotated[Nonce | None, Meta(description="To its sender only.")] | Absent = UNSET


class OneMessage(Done):
    """The message, as it stands now."""

    message: Message


class Reacted(Done):
    """The message, and whether the caller's emoji is on it now."""

    message: Message
    reacted: bool


class Messages(Done):
    """A page of messages, oldest first; `nextCursor` leads to older ones, `previousCursor` to newer ones."""

    messages: list[Message]
    has_more: bool
    next_cursor: Cursor | None
    has_newer: bool
    previous_cursor: Cursor | None


class EarlierText(Shape):
    """What a message said until then."""

    content: Annotated[str, Meta(examples=["See you on Thursday."])]
    edited_at: Moment


class History(Done):
    """Earlier texts of a message, oldest first."""

    history: list[EarlierText]


class Uploaded(Done):
    """The file, to be sent within 24 hours by `attachmentIds`."""

    attachment: Attachment
