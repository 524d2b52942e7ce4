"""Reports and administration in v4's JSON: what is sent (see `messenger.wire_types`)."""

from typing import Annotated

from msgspec import UNSET, Meta

from messenger.wire_types.values import (
    Absent,
    AnyId,
    AnyPersonId,
    ConversationStatus,
    ConversationType,
    Cursor,
    Input,
    MomentIn,
)
from moderation.wire_types import ReportReason, ReportStatus

_WHY = "It stays in the audit log; of deeds, those concerned read it."
Reason = Annotated[str, Meta(description=_WHY, min_length=1, max_length=500, examples=["Threatens another member."])]
MaybeReason = Annotated[str, Meta(description=_WHY, max_length=500, examples=["Threatens another member."])]
Page = Annotated[int, Meta(description="At most 100 are given.", ge=1, le=10**9, examples=[20])]


class Complaint(Input):
    """Why something is reported."""

    reason: ReportReason
    details: Annotated[str, Meta(max_length=2000, examples=["Third time this week."])] | Absent | None = UNSET


class ReportsAsked(Input):
    """Which reports."""

    status: Annotated[ReportStatus, Meta(description="Those that stand here.")] | Absent = UNSET
    reason: Annotated[ReportReason, Meta(description="Those made for this reason.")] | Absent = UNSET
    conversation_id: AnyId | Absent = UNSET
    user_id: Annotated[AnyPersonId, Meta(description="Whom they are about.")] | Absent = UNSET
    cursor: Cursor | Absent = UNSET
    limit: Page | Absent = UNSET


class ReportChange(Input):
    """How a report moves on; at least one of the two."""

    status: ReportStatus | Absent | None = UNSET
    note: Annotated[str, Meta(max_length=2000, examples=["Spoke with both."])] | Absent | None = UNSET


class AdminConversationsAsked(Input):
    """Which conversations. `search` looks at titles, names and whole e-mail addresses."""

    search: (
        Annotated[str, Meta(description="Words of a title or name, or an e-mail address.", max_length=200)] | Absent
    ) = UNSET
    status: Annotated[ConversationStatus, Meta(description="Those of this status.")] | Absent = UNSET
    type: Annotated[ConversationType, Meta(description="Those of this type.")] | Absent = UNSET
    reported: Annotated[bool, Meta(description="Those with a report, or those without.")] | Absent = UNSET
    participant: AnyPersonId | Absent = UNSET
    cursor: Cursor | Absent = UNSET
    skip: Annotated[int, Meta(description="How many to pass over (older clients).", ge=0, le=1_000_000)] | Absent = (
        UNSET
    )
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


class StatusChange(Input):
    """Close or reopen, and why."""

    status: ConversationStatus
    reason: Reason


class Because(Input):
    """Why."""

    reason: Reason


class Removal(Input):
    """Why; in the query string for clients that send no body with DELETE."""

    reason: MaybeReason | Absent = UNSET


class PerhapsBecause(Input):
    """Perhaps why."""

    reason: MaybeReason | Absent | None = UNSET


class Suspension(Input):
    """Why, and until when; without `until` it lasts until it is lifted."""

    reason: Reason
    until: MomentIn | Absent | None = UNSET


class AuditAsked(Input):
    """Which entries; `since` is included, `before` is not."""

    actor_id: AnyPersonId | Absent = UNSET
    action: Annotated[str, Meta(description="What was done.", max_length=40, examples=["message_removed"])] | Absent = (
        UNSET
    )
    target_type: (
        Annotated[str, Meta(description="To what kind of thing.", max_length=40, examples=["user"])] | Absent
    ) = UNSET
    target_id: AnyId | Absent = UNSET
    conversation_id: AnyId | Absent = UNSET
    since: MomentIn | Absent = UNSET
    before: MomentIn | Absent = UNSET
    cursor: Cursor | Absent = UNSET
    limit: Page | Absent = UNSET
