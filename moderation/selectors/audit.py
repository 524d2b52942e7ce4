"""The audit log, newest first."""

from dataclasses import dataclass
from datetime import datetime

from messenger.cursors import read_cursor, sign_cursor
from messenger.models import User
from moderation.models import AuditEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilters:
    """What narrows the log; None leaves a filter out."""

    actor_id: int | None = None
    action: str | None = None
    target_type: str | None = None
    target_id: int | None = None
    conversation_id: int | None = None
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    entries: list[AuditEntry]
    next_cursor: str | None


def page_of_audit(*, viewer: User, filters: AuditFilters, cursor: str | None = None, limit: int = 50) -> AuditPage:
    """Entries, newest first. One statement.

    :raises ValidationFailed: the cursor is not of this list.
    """
    wanted = {
        "actor_id": filters.actor_id,
        "action": filters.action,
        "target_type": filters.target_type,
        "target_id": filters.target_id,
        "conversation_id": filters.conversation_id,
        "created_at__gte": filters.since,
        "created_at__lt": filters.before,
    }
    entries = AuditEntry.objects.filter(**{name: value for name, value in wanted.items() if value is not None})
    scope = f"audit:{filters!r}"
    if cursor is not None:
        (before,) = read_cursor(cursor, scope=scope, user_id=viewer.pk)
        entries = entries.filter(pk__lt=before)
    found = list(entries.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    return AuditPage(
        entries=shown,
        next_cursor=sign_cursor([shown[-1].pk], scope=scope, user_id=viewer.pk) if len(found) > limit else None,
    )
