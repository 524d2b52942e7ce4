"""Reports and administration in v4's JSON: answers (see `messenger.wire_types`)."""

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from messenger.wire_types.conversations import SharedConversation
from messenger.wire_types.messages import EarlierText, SharedMessage
from messenger.wire_types.values import (
    ConversationStatus,
    ConversationType,
    Count,
    Cursor,
    Done,
    FileId,
    Id,
    MessageId,
    Moment,
    Name,
    Path,
    PersonId,
    Role,
    Shape,
    Tier,
)

ReportReason = Literal["spam", "harassment", "inappropriate", "other"]
ReportStatus = Literal["open", "reviewing", "actioned", "dismissed"]
Hash = Annotated[
    str, Meta(description="SHA-256.", pattern="^[0-9a-f]{64}$", examples=["9f86d081884c7d659a2feaa0c55ad015" * 2])
]


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
