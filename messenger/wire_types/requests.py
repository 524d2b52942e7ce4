"""What clients send about conversations and messages, over REST and on sockets."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, field

from messenger.wire_types.values import (
    PLAIN,
    Absent,
    AnyId,
    AnyMessageId,
    AnyPersonId,
    ChatStatus,
    ContextType,
    ConversationStatus,
    ConversationType,
    Emoji,
    Input,
    Json,
    MemberRole,
    Metadata,
    MomentIn,
    Nonce,
    Notify,
)

Text = Annotated[
    str,
    Meta(
        description="Plain text; trimmed, Unicode NFC, line ends as LF.",
        max_length=10_000,
        pattern=PLAIN,
        examples=["See you on Friday."],
    ),
]
Title = Annotated[str, Meta(max_length=200, pattern=PLAIN, examples=["Summer party"])]
Avatar = Annotated[str, Meta(description="A picture's path on this host.", max_length=300, examples=["/media/g.png"])]
Limit = Annotated[int, Meta(description="At least 1; more than 100 counts as 100.", ge=1, le=10**9, examples=[50])]
CursorIn = Annotated[str, Meta(description="`nextCursor` of the page before.", max_length=1024)]
Anchor = Annotated[
    str,
    Meta(
        description="A message's id, or `seq:N`.", pattern="^([1-9][0-9]{0,14}|seq:[0-9]{1,15})$", examples=["seq:17"]
    ),
]
UpToSeq = Annotated[int, Meta(ge=0, le=2**53 - 1, examples=[17])]
FileIds = Annotated[list[AnyId], Meta(description="Files uploaded before, not yet sent.", max_length=10)]


class ConversationFilters(Input):
    """Which of the caller's conversations; archived ones only with `archived=true`."""

    unread: (
        Annotated[bool, Meta(description="Those with unread messages or marked unread, or the others.")] | Absent
    ) = UNSET
    pinned: Annotated[bool, Meta(description="Those that the caller pinned, or the others.")] | Absent = UNSET
    archived: Annotated[bool, Meta(description="The archived ones in place of the others.")] | Absent = UNSET
    status: Annotated[ConversationStatus, Meta(description="Those of this status.")] | Absent = UNSET
    type: Annotated[ConversationType, Meta(description="Those of this type.")] | Absent = UNSET
    context: (
        Annotated[
            str,
            Meta(
                description="A context's type, or `type:referenceId`.",
                max_length=240,
                pattern="^(package|supplier_profile|marketplace_listing|find_a_supplier|booking|event)(:.*)?$",
                examples=["package:garden-wedding"],
            ),
        ]
        | Absent
    ) = UNSET
    search: (
        Annotated[str, Meta(description="Words in title, context or names.", max_length=200, pattern=PLAIN)] | Absent
    ) = UNSET
    cursor: CursorIn | Absent = UNSET
    limit: Limit | Absent = UNSET
    skip: Annotated[int, Meta(description="How many to pass over (older clients).", ge=0, le=10**6)] | Absent = UNSET


class ExportChoice(Input):
    """As what the conversation is wanted; JSON where nothing is said."""

    format: Annotated[Literal["json", "html", "csv"], Meta(description="The kind of file.")] | Absent = UNSET


Reference = Annotated[
    Annotated[str, Meta(max_length=200, pattern=PLAIN)] | Annotated[int, Meta(ge=1, le=2**53 - 1)],
    Meta(description="Which offer, by id or slug; `id` is an alias.", examples=["garden-wedding"]),
]


class ContextIn(Input):
    """What the conversation is about. A known offer fills itself in; else only these three are kept, as text."""

    type: ContextType
    reference_id: Reference | Absent = UNSET
    id: Reference | Absent = UNSET
    reference_title: (
        Annotated[str, Meta(max_length=200, pattern=PLAIN, description="Alias: `title`.")] | Absent | None
    ) = UNSET
    title: Annotated[str, Meta(max_length=200, pattern=PLAIN)] | Absent | None = UNSET


Word = Annotated[str, Meta(max_length=64, examples=["offered"])]
ActionData = Annotated[Json, Meta(description="At most 4 KiB.", examples=[{"price": 140}])]
FlowData = Annotated[
    Json,
    Meta(
        description="At most 16 KiB. `buttons` (20 at most, each with an `id` of its own) are what may be pressed.",
        examples=[{"title": "New offer", "buttons": [{"id": "accept", "label": "Accept"}]}],
    ),
]


class AutomatedMessageIn(Input):
    """What an integrator says; `data` becomes the message's metadata."""

    content: Text
    data: ActionData | Absent | None = UNSET


class FlowIn(Input):
    """What a flow begins with; a `chatStatus` that is absent is `automated`."""

    flow_state: Word | Absent | None = UNSET
    chat_status: ChatStatus | Absent | None = UNSET
    awaiting_role: Annotated[str, Meta(max_length=64, examples=["supplier"])] | Absent | None = UNSET
    current_action_data: FlowData | Absent | None = UNSET


class NewConversation(Input):
    """Whom to talk to, about what; `message` is sent at once. One of `participantIds` and `recipientId` is needed."""

    participant_ids: Annotated[list[AnyPersonId], Meta(max_length=256, examples=[["8"]])] | Absent | None = UNSET
    recipient_id: Annotated[AnyPersonId, Meta(description="Alias for one person.")] | Absent | None = UNSET
    type: Annotated[ConversationType, Meta(examples=["direct"])] | Absent | None = UNSET
    title: Title | Absent | None = UNSET
    avatar: Avatar | Absent | None = UNSET
    context: ContextIn | Absent | None = UNSET
    metadata: Metadata | Absent | None = UNSET
    message: Text | AutomatedMessageIn | Absent | None = UNSET
    flow: FlowIn | Absent | None = UNSET
    client_nonce: Nonce | Absent | None = UNSET


class DraftIn(Input):
    """What the caller has begun to write. `baseRev` is the revision that this one builds on, 0 for none."""

    text: Text
    reply_to_id: AnyMessageId | Absent | None = UNSET
    attachment_ids: FileIds | Absent | None = UNSET
    base_rev: Annotated[int, Meta(ge=0, le=2**31 - 1, examples=[0])] | Absent | None = UNSET


class ConversationChanges(Input):
    """What to change: the caller's own, and what all share (`title`, `avatar`, `metadata`, `status`)."""

    is_pinned: bool | Absent = UNSET
    is_muted: bool | Absent = UNSET
    muted_until: MomentIn | Absent | None = UNSET
    is_archived: bool | Absent = UNSET
    mark_read: bool | Absent = UNSET
    mark_unread: bool | Absent = UNSET
    notify: Notify | Absent = UNSET
    draft: DraftIn | Absent | None = UNSET
    title: Title | Absent | None = UNSET
    avatar: Avatar | Absent | None = UNSET
    metadata: Metadata | Absent = UNSET
    status: ConversationStatus | Absent = UNSET


class NewParticipants(Input):
    """Whom to add. They see from now on, or with `shareHistory` everything."""

    user_ids: Annotated[list[AnyPersonId], Meta(max_length=256, examples=[["9"]])]
    share_history: bool | Absent | None = UNSET


class RoleChange(Input):
    """The member's next role."""

    member_role: MemberRole


class ReadUpTo(Input):
    """Up to where the caller has read; everything where both are absent. Never moves back."""

    up_to_seq: UpToSeq | Absent | None = UNSET
    up_to_message_id: AnyMessageId | Absent | None = UNSET


class ReceiptsAsked(Input):
    """Of which message; the newest where absent."""

    seq: Annotated[int, Meta(description="The message's number.", ge=1, le=2**53 - 1, examples=[17])] | Absent = UNSET


class TypingState(Input):
    """Whether the caller types; true where absent."""

    is_typing: bool | Absent | None = UNSET


class TypingIn(TypingState, kw_only=True):
    """Whether the caller types, and where."""

    conversation_id: AnyId


class PageAsked(Input):
    """Which page of messages: at most one of the four anchors; none means the newest."""

    cursor: CursorIn | Absent = UNSET
    before: Anchor | Absent = UNSET
    after: Anchor | Absent = UNSET
    around: Anchor | Absent = UNSET
    limit: Limit | Absent = UNSET


class QuoteIn(Input):
    """The message that this one answers, as an object."""

    underscore_id: AnyMessageId = field(name="_id")


class NewMessage(Input):
    """What to send: text, files uploaded before, or both."""

    content: Text | Absent | None = UNSET
    type: Annotated[Literal["text", "image", "file"], Meta(examples=["text"])] | Absent | None = UNSET
    reply_to: Annotated[AnyMessageId | QuoteIn, Meta(examples=["340"])] | Absent | None = UNSET
    attachment_ids: FileIds | Absent | None = UNSET
    client_nonce: Nonce | Absent | None = UNSET
    metadata: Metadata | Absent | None = UNSET


Upload = Annotated[str, Meta(extra_json_schema={"format": "binary"}, examples=["(bytes of menu.pdf)"])]


class NewMessageForm(Input):
    """A message with files riding along; `replyTo`, `attachmentIds` and `metadata` may be JSON text."""

    content: Text | Absent = UNSET
    client_nonce: Nonce | Absent = UNSET
    reply_to: Annotated[str, Meta(examples=["340"])] | Absent = UNSET
    attachment_ids: Annotated[str, Meta(examples=['["58"]'])] | Absent = UNSET
    metadata: Annotated[str, Meta(examples=['{"source": "enquiry form"}'])] | Absent = UNSET
    attachments: Annotated[list[Upload], Meta(max_length=10)] | Absent = UNSET


class UploadForm(Input):
    """One file."""

    file: Upload


class Edit(Input):
    """The message's next text."""

    content: Text


class ReactionIn(Input):
    """One emoji: toggled, or set with `on` (safe to repeat)."""

    emoji: Emoji
    on: bool | Absent | None = UNSET


class LookReason(Input):
    """Why a moderator looks; not asked of participants."""

    reason: Annotated[str, Meta(description="Why a moderator looks.", max_length=500, pattern=PLAIN)] | Absent = UNSET


class SearchAsked(Input):
    """What to find. `q` takes quotes, `-word`, `from:`, `has:`, `in:`, `before:` and `after:` too."""

    q: Annotated[
        str,
        Meta(
            description="Words; of the last one a beginning is enough.",
            min_length=2,
            max_length=200,
            pattern=PLAIN,
            examples=["garden"],
        ),
    ]
    conversation_id: AnyId | Absent = UNSET
    sender: Annotated[AnyPersonId, Meta(description="Who wrote it.")] | Absent = field(name="from", default=UNSET)
    before: MomentIn | Absent = UNSET
    after: MomentIn | Absent = UNSET
    has_attachment: Annotated[bool, Meta(description="Those with files, or those without.")] | Absent = UNSET
    cursor: CursorIn | Absent = UNSET
    limit: Limit | Absent = UNSET
