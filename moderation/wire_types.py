"""Reports and administration in v4's JSON (see `messenger.wire_types`)."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, field

from messenger.wire_types.conversations import SharedConversation
from messenger.wire_types.messages import EarlierText, SharedMessage
from messenger.wire_types.values import (
    Absent,
    AnyId,
    AnyPersonId,
    ConversationStatus,
    ConversationType,
    Count,
    Cursor,
    Done,
    FileId,
    Id,
    Input,
    MessageId,
    Moment,
    MomentIn,
    Name,
    Path,
    PersonId,
    Role,
    Shape,
    Tier,
)

ReportReason = Literal["spam", "harassment", "inappropriate", "other"]
ReportStatus = Literal["open", "reviewing", "actioned", "dismissed"]
Reason = Annotated[str, Meta(min_length=1, max_length=500, examples=["Threatens another member."])]
Hash = Annotated[
    str, Meta(description="SHA-256.", pattern="^[0-9a-f]{64}$", examples=["9f86d081884c7d659a2feaa0c55ad015" * 2])
]
Page = Annotated[int, Meta(description="At most 100 are given.", ge=1, le=10**9, examples=[20])]


class Complaint(Input):
    """Why something is reported."""

    reason: ReportReason
    details: Annotated[str, Meta(max_length=2000, examples=["Third time this week."])] | Absent | None = UNSET


class Reported(Done):
    """The report: of the same person for the same thing there is one."""

    report_id: Id


class Person(Shape):
    """Somebody who has to do with a report."""

    user_id: PersonId
    display_name: Name
    avatar: Path | None
    role: Role


class FrozenPerson(Shape):
    """Who was in the conversation."""

    user_id: PersonId
    display_name: Name
    role: Role


class FrozenConversation(Shape):
    """The conversation when it was reported."""

    id: Id
    type: ConversationType
    title: str | None
    status: ConversationStatus
    participant_count: Count
    participants: list[FrozenPerson]


class Surroundings(Shape):
    """What stood before and after."""

    before: list[SharedMessage]
    after: list[SharedMessage]


class EvidenceFile(Shape):
    """A copy of a reported file."""

    id: Id
    attachment_id: FileId
    filename: Annotated[str, Meta(examples=["menu.pdf"])]
    mime_type: Annotated[str, Meta(examples=["application/pdf"])]
    size: Count
    sha256: Hash
    url: Annotated[str, Meta(examples=["/api/v4/messenger/admin/reports/12/files/3"])]


class Evidence(Shape):
    """What was frozen with the report; `isIntact` says that it still has its hash."""

    sha256: Hash
    is_intact: bool
    frozen_at: Moment
    edits: list[EarlierText]
    files: list[EvidenceFile]


class Report(Shape):
    """A report with what was reported, as it was at that moment."""

    underscore_id: Id = field(name="_id")
    id: Id
    reason: ReportReason
    details: str
    status: ReportStatus
    note: str
    conversation_id: Id | None
    message_id: MessageId | None
    reporter: Person | None
    reported_user: Person | None
    handled_by: Person | None
    conversation: FrozenConversation
    message: SharedMessage | None
    surroundings: Surroundings
    evidence: Evidence
    created_at: Moment
    updated_at: Moment


class OneReport(Done):
    """The report, as it stands now."""

    report: Report


class Reports(Done):
    """A page of the queue, oldest first."""

    reports: list[Report]
    total: Count
    count: Count
    has_more: bool
    next_cursor: Cursor | None


class ReportsAsked(Input):
    """Which reports."""

    status: ReportStatus | Absent = UNSET
    reason: ReportReason | Absent = UNSET
    conversation_id: AnyId | Absent = UNSET
    user_id: Annotated[AnyPersonId, Meta(description="Whom they are about.")] | Absent = UNSET
    cursor: Cursor | Absent = UNSET
    limit: Page | Absent = UNSET


class ReportChange(Input):
    """How a report moves on; at least one of the two."""

    status: ReportStatus | Absent | None = UNSET
    note: Annotated[str, Meta(max_length=2000, examples=["Spoke with both."])] | Absent | None = UNSET


class ReportNumbers(Shape):
    """How many reports there are of a conversation, and how many of them wait."""

    total: Count
    open: Count


class ListedConversation(SharedConversation):
    """A conversation in the list of all: nothing of what was said."""

    reports: ReportNumbers


class AdminConversations(Done):
    """A page of everybody's conversations, newest activity first."""

    conversations: list[ListedConversation]
    total: Count
    count: Count
    has_more: bool
    next_cursor: Cursor | None


class AdminConversationsAsked(Input):
    """Which conversations. `search` looks at titles, names and whole e-mail addresses."""

    search: Annotated[str, Meta(max_length=200)] | Absent = UNSET
    status: ConversationStatus | Absent = UNSET
    type: ConversationType | Absent = UNSET
    reported: bool | Absent = UNSET
    participant: AnyPersonId | Absent = UNSET
    cursor: Cursor | Absent = UNSET
    skip: Annotated[int, Meta(ge=0, le=1_000_000)] | Absent = UNSET
    limit: Page | Absent = UNSET


class Look(Input):
    """Why a moderator looks: once for each conversation and day."""

    reason: Reason | Absent = UNSET


class LookAtMessages(Look):
    """Why a moderator looks, and at which page; at most one of `cursor`, `before`, `after`, `around`."""

    cursor: Cursor | Absent = UNSET
    before: Annotated[str, Meta(description="A message's id, or `seq:N`.", examples=["seq:50"])] | Absent = UNSET
    after: Annotated[str, Meta(description="A message's id, or `seq:N`.", examples=["seq:50"])] | Absent = UNSET
    around: Annotated[str, Meta(description="A message's id, or `seq:N`.", examples=["seq:50"])] | Absent = UNSET
    limit: Page | Absent = UNSET


class LookedAtConversation(Done):
    """The conversation as all its participants share it."""

    conversation: SharedConversation


class LookedAtMessages(Done):
    """A page of messages, oldest first; deleted ones are empty."""

    messages: list[SharedMessage]
    has_more: bool
    next_cursor: Cursor | None
    has_newer: bool
    previous_cursor: Cursor | None


class StatusChange(Input):
    """Close or reopen, and why."""

    status: ConversationStatus
    reason: Reason


class Because(Input):
    """Why."""

    reason: Reason


class Removal(Input):
    """Why; in the query string for clients that send no body with DELETE."""

    reason: Reason | Absent = UNSET


class PerhapsBecause(Input):
    """Perhaps why."""

    reason: Reason | Absent | None = UNSET


class Suspension(Input):
    """Why, and until when; without `until` it lasts until it is lifted."""

    reason: Reason
    until: MomentIn | Absent | None = UNSET


class RemovedMessage(Done):
    """The message, of which nothing is left to see."""

    message: SharedMessage


class ModeratedPerson(Shape):
    """Somebody's profile, and whether they may sign in."""

    id: PersonId
    user_id: PersonId
    display_name: Name
    name: Name
    first_name: Name
    avatar: Path | None
    avatar_url: Path | None
    role: Role
    subscription_tier: Tier
    is_suspended: bool
    suspended_until: Moment | None
    suspension_reason: str | None


class OnePerson(Done):
    """The person, after that."""

    user: ModeratedPerson


class AuditEntry(Shape):
    """Who did what to whom, when and why."""

    underscore_id: Id = field(name="_id")
    id: Id
    actor_id: PersonId | None
    actor_name: Name
    action: Annotated[str, Meta(examples=["message_removed"])]
    target_type: Annotated[str, Meta(examples=["message"])]
    target_id: Id | None
    conversation_id: Id | None
    reason: str
    facts: Annotated[dict[str, Any], Meta(examples=[{}])]
    created_at: Moment


class Audit(Done):
    """A page of the log, newest first."""

    entries: list[AuditEntry]
    count: Count
    has_more: bool
    next_cursor: Cursor | None


class AuditAsked(Input):
    """Which entries; `since` is included, `before` is not."""

    actor_id: AnyPersonId | Absent = UNSET
    action: Annotated[str, Meta(max_length=40, examples=["message_removed"])] | Absent = UNSET
    target_type: Annotated[str, Meta(max_length=40, examples=["user"])] | Absent = UNSET
    target_id: AnyId | Absent = UNSET
    conversation_id: AnyId | Absent = UNSET
    since: MomentIn | Absent = UNSET
    before: MomentIn | Absent = UNSET
    cursor: Cursor | Absent = UNSET
    limit: Page | Absent = UNSET
