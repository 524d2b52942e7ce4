"""The audit log: every look and deed of a moderator, written in the transaction of what it tells of."""

from collections.abc import Mapping
from typing import Any, Literal

from messenger.models import User
from moderation.models import AuditEntry

Action = Literal[
    "conversation_viewed",
    "messages_viewed",
    "history_viewed",
    "reports_viewed",
    "evidence_file_viewed",
    "report_updated",
    "message_removed",
    "conversation_closed",
    "conversation_reopened",
    "person_warned",
    "person_suspended",
    "suspension_lifted",
    "account_deactivated",
    "account_reactivated",
]
TargetType = Literal["conversation", "message", "user", "report"]


def record(
    *,
    moderator: User,
    action: Action,
    target_type: TargetType,
    target_id: int | None,
    conversation_id: int | None = None,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write who did what to whom and why. Nobody changes or deletes it: the database refuses."""
    return AuditEntry.objects.create(
        actor_id=moderator.pk,
        actor_name=moderator.display_name,
        action=action,
        target_type=target_type,
        target_id=target_id,
        conversation_id=conversation_id,
        reason=reason,
        facts=dict(facts or {}),
    )
