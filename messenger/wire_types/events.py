"""What v4's events carry, in both directions. What is the receiver's own comes in "own" events."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta

from messenger.wire_types.conversations import SharedConversation
from messenger.wire_types.messages import Content, Message, Reaction, SharedMessage, SharedReactionSummary
from messenger.wire_types.requests import Edit, NewMessage, ReactionIn, ReadUpTo, UpToSeq
from messenger.wire_types.syncing import Epoch, Positions
from messenger.wire_types.values import (
    Absent,
    AnyId,
    AnyMessageId,
    Count,
    Emoji,
    Id,
    Input,
    MessageId,
    Moment,
    Name,
    PersonId,
    Pointer,
    PrivateVersion,
    Seq,
    Shape,
    Version,
)


class Hello(Shape):
    """The first event of a connection."""

    user_id: PersonId
    connection_id: Annotated[str, Meta(examples=["Zk3v0aQ1c9Xw2b7T"])]
    server_time: Moment
    heartbeat_interval: Annotated[int, Meta(description="Seconds.", examples=[30])]
    unread_count: Count
    epoch: Epoch
    version: Annotated[str, Meta(examples=["4"])]


class MessageTold(Shape):
    """A message was sent. `clientNonce` is in it on the sender's own connections only."""

    conversation_id: Id
    message: SharedMessage
    version: Version


class MessageEditedTold(Shape):
    """A message's text changed, it was restored, or its link preview came or went."""

    conversation_id: Id
    message_id: MessageId
    content: Content
    edited_at: Moment | None
    message: SharedMessage
    version: Version


class MessageDeletedTold(Shape):
    """A message was taken back; its number stays."""

    conversation_id: Id
    message_id: MessageId
    seq: Seq
    deleted_at: Moment
    version: Version


class ReactionTold(Shape):
    """Somebody's emoji came on a message or went from it; `reactions` are all that are on it now."""

    conversation_id: Id
    message_id: MessageId
    user_id: PersonId
    emoji: Emoji
    added: bool
    reactions: list[Reaction]
    reaction_summary: list[SharedReactionSummary]
    version: Version


class ReadTold(Shape):
    """Somebody's read pointer moved; `privateVersion` is there on the reader's own connections."""

    conversation_id: Id
    user_id: PersonId
    last_read_seq: Pointer
    last_read_message_id: MessageId | None
    read_at: Moment
    private_version: PrivateVersion | Absent = UNSET


class DeliveredTold(Shape):
    """Somebody's client has the messages up to there."""

    conversation_id: Id
    user_id: PersonId
    up_to_seq: Pointer


class TypingTold(Shape):
    """Somebody began or stopped typing."""

    conversation_id: Id
    user_id: PersonId
    user_name: Name
    is_typing: bool


class ConversationCreatedTold(Shape):
    """A conversation that is new to the receiver: created, or they were added."""

    conversation: SharedConversation


class ConversationUpdatedTold(Shape):
    """Fields changed. Shared ones come with `conversation` and `version`, the receiver's own with `privateVersion`.

    A bare `version` with empty `updates` stands for a change of what the receiver may not see.
    """

    conversation_id: Id
    updates: Annotated[dict[str, Any], Meta(description="The changed fields by name.", examples=[{"isPinned": True}])]
    conversation: SharedConversation | Absent = UNSET
    version: Version | Absent = UNSET
    private_version: PrivateVersion | Absent = UNSET


class ConversationDeletedTold(Shape):
    """The receiver has no part in it any more, or deleted it for themselves."""

    conversation_id: Id


class UnreadTold(Shape):
    """The receiver's unread counts, at most once a second."""

    unread_count: Count
    conversation_id: Id
    conversation_unread_count: Count


class SessionEndedTold(Shape):
    """The sign-in ended; the connection closes with 4001."""

    reason: Annotated[str, Meta(examples=["signed_out"])]


class GoingAwayTold(Shape):
    """The server goes down; the connection closes with 4010."""

    retry_after: Annotated[float, Meta(description="Seconds; come back after that ± 50 %.", ge=0, examples=[5])]


class AuthFailed(Shape):
    """No proof came in time, or a wrong one (Socket.IO)."""

    error: str
    message: str
    code: Annotated[str, Meta(examples=["invalid_token"])]


class SocketProof(Input):
    """A token that proves who one is."""

    token: Annotated[str, Meta(min_length=1, max_length=4096, examples=["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2ln"])]


class Proved(Shape):
    """Who the token proves."""

    user_id: PersonId


class Send(NewMessage, kw_only=True):
    """What to send, and where to."""

    conversation_id: AnyId


class EditSent(Edit, kw_only=True):
    """Which message, and its next text."""

    message_id: AnyMessageId


class MessageNamed(Input):
    """Which message."""

    message_id: AnyMessageId


class React(ReactionIn, kw_only=True):
    """Which message, and the emoji."""

    message_id: AnyMessageId


class Read(ReadUpTo, kw_only=True):
    """Where, and up to where."""

    conversation_id: AnyId


class DeliveredUpTo(Input):
    """Up to where the client has the messages."""

    conversation_id: AnyId
    up_to_seq: UpToSeq


class Heartbeat(Input):
    """A sign of life; `away` after 5 minutes without input."""

    status: Literal["online", "away"] | Absent | None = UNSET


class ConversationNamed(Input):
    """Which conversation."""

    conversation_id: AnyId


class Sent(Shape):
    """The message, once it is committed: from now on it is never lost."""

    message: Message


class Changed(Shape):
    """The message, as it stands now."""

    message: Message


class ReactedAnswer(Shape):
    """The message, and whether the caller's emoji is on it now."""

    message: Message
    reacted: bool


class ReadAnswer(Shape):
    """Where the caller's read pointer stands."""

    last_read_seq: Pointer
    unread_count: Count


class HeartbeatAnswer(Shape):
    """Where conversations stand that changed in the last 2 minutes, at most 50."""

    positions: Positions


class Nothing(Shape):
    """It is done; there is nothing to tell beyond that."""


class SocketError(Shape):
    """Why an event was refused."""

    code: Annotated[str, Meta(examples=["not_found"])]
    message: Annotated[str, Meta(examples=["Not found."])]
    details: Annotated[dict[str, Any], Meta(examples=[{"content": ["Write something."]}])] | Absent = UNSET
