"""Every conversation of the installation, for administrators: who talks, and whether it was reported; never what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from messenger.cursors import read_cursor, sign_cursor
from messenger.models import User
from messenger.selectors.conversations import shared_snapshots
from messenger.snapshots import ConversationSnapshot

_PAGE = """
    WITH matching AS (SELECT c.id, c.last_activity_at FROM messenger_conversation c WHERE true {conditions}),
    page AS (SELECT * FROM matching {after} ORDER BY last_activity_at DESC, id DESC LIMIT %s::bigint OFFSET %s::bigint)
    SELECT total.n, page.id, page.last_activity_at, reports.all, reports.open
    FROM (SELECT count(*) AS n FROM matching) total LEFT JOIN page ON true
    LEFT JOIN LATERAL (SELECT count(*) AS all, count(*) FILTER (WHERE r.status IN ('open', 'reviewing')) AS open
                       FROM moderation_report r WHERE r.conversation_id = page.id) reports ON true
    ORDER BY page.last_activity_at DESC, page.id DESC
"""
_REPORTED = "EXISTS (SELECT 1 FROM moderation_report r WHERE r.conversation_id = c.id)"
_WITH = """EXISTS (
    SELECT 1 FROM messenger_participant p WHERE p.conversation_id = c.id AND p.left_at IS NULL AND p.user_id = %s)"""
_NAMED = """(c.title ILIKE %s OR c.context_title ILIKE %s OR EXISTS (
    SELECT 1 FROM messenger_participant p JOIN messenger_user u ON u.id = p.user_id
    WHERE p.conversation_id = c.id AND p.left_at IS NULL AND (u.display_name ILIKE %s OR u.email = lower(%s))))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationFilters:
    """What narrows the list; None leaves a filter out. `search` looks at titles, names and whole e-mail addresses."""

    search: str | None = None
    status: str | None = None
    type: str | None = None
    reported: bool | None = None
    participant_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A conversation with how many reports there are of it, and how many of them wait."""

    conversation: ConversationSnapshot
    reports: int
    open_reports: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPage:
    """A page of the list; `total` counts all that match, on every page."""

    conversations: list[Listed]
    total: int
    next_cursor: str | None


def page_of_conversations(
    *, viewer: User, filters: ConversationFilters, cursor: str | None = None, limit: int = 20, skip: int = 0
) -> ConversationPage:
    """Conversations of everybody, newest activity first. Two statements, however many they are.

    :raises ValidationFailed: the cursor is not of this list.
    """
    conditions, parameters = _conditions(filters)
    scope = f"admin:conversations:{filters!r}"
    after, position = _after(cursor, scope, viewer)
    with connection.cursor() as database:
        database.execute(
            _PAGE.format(conditions=conditions, after=after),
            [*parameters, *position, limit + 1, 0 if cursor else skip],
        )
        rows: list[tuple[Any, ...]] = database.fetchall()
    found = [row for row in rows if row[1] is not None]
    shown = found[:limit]
    snapshots = shared_snapshots(ids=[row[1] for row in shown])
    return ConversationPage(
        conversations=[
            Listed(conversation=snapshots[row[1]], reports=row[3], open_reports=row[4])
            for row in shown
            if row[1] in snapshots
        ],
        total=rows[0][0],
        next_cursor=sign_cursor([shown[-1][2].isoformat(), shown[-1][1]], scope=scope, user_id=viewer.pk)
        if len(found) > limit
        else None,
    )


def _conditions(filters: ConversationFilters) -> tuple[str, list[Any]]:
    conditions: list[str] = []
    parameters: list[Any] = []
    for column, value in (("c.status", filters.status), ("c.type", filters.type)):
        if value is not None:
            conditions.append(f"{column} = %s")
            parameters.append(value)
    if filters.reported is not None:
        conditions.append(_REPORTED if filters.reported else f"NOT {_REPORTED}")
    if filters.participant_id is not None:
        conditions.append(_WITH)
        parameters.append(filters.participant_id)
    if filters.search:
        conditions.append(_NAMED)
        parameters += [_pattern(filters.search)] * 3 + [filters.search]
    return "".join(f" AND {condition}" for condition in conditions), parameters


def _pattern(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _after(cursor: str | None, scope: str, viewer: User) -> tuple[str, list[Any]]:
    if cursor is None:
        return "", []
    last_activity_at, identifier = read_cursor(cursor, scope=scope, user_id=viewer.pk)
    condition = "WHERE (last_activity_at, id) < (%s::timestamptz, %s::bigint)"
    return condition, [datetime.fromisoformat(str(last_activity_at)), identifier]
