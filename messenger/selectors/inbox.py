"""Somebody's list of conversations: two statements, however many they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from messenger.cursors import read_cursor, sign_cursor
from messenger.models import User
from messenger.selectors.conversations import Seen, conversation_snapshots

_MATCHING = """
    SELECT c.id, o.is_pinned, c.last_activity_at
    FROM messenger_participant o JOIN messenger_conversation c ON c.id = o.conversation_id
    WHERE o.user_id = %s::bigint AND o.left_at IS NULL AND NOT o.is_hidden
"""
_PAGE = """
    WITH matching AS ({matching}),
    page AS (SELECT * FROM matching {after} ORDER BY is_pinned DESC, last_activity_at DESC, id DESC
             LIMIT %s::bigint OFFSET %s::bigint)
    SELECT total.n, page.* FROM (SELECT count(*) AS n FROM matching) total LEFT JOIN page ON true
    ORDER BY page.is_pinned DESC, page.last_activity_at DESC, page.id DESC
"""
_UNREAD = "(c.countable_seq - o.read_countable - o.own_above - o.deleted_above > 0 OR o.marked_unread)"
_NAMED = """(
    c.title ILIKE %s OR c.context_title ILIKE %s OR EXISTS (
        SELECT 1 FROM messenger_participant p JOIN messenger_user u ON u.id = p.user_id
        WHERE p.conversation_id = c.id AND p.left_at IS NULL AND p.user_id <> o.user_id AND u.display_name ILIKE %s))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFilters:
    """What narrows the list; None leaves a filter out. Archived conversations show only where asked for.

    `context` is a context's type, or `type:reference`. `search` looks at titles and the others' names.
    """

    unread: bool | None = None
    pinned: bool | None = None
    archived: bool | None = False
    status: str | None = None
    type: str | None = None
    context: str | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """A page of the list; `total` counts all that match, on every page."""

    conversations: list[Seen]
    total: int
    has_more: bool
    next_cursor: str | None


def inbox_of(
    *, user: User, filters: InboxFilters | None = None, cursor: str | None = None, limit: int = 50, skip: int = 0
) -> InboxPage:
    """The user's conversations: pinned ones first, then by newest activity.

    A cursor stays good while conversations move: what moves up after it was given is news, not a repeat.

    :raises ValidationFailed: the cursor is not of this list.
    """
    filters = filters or InboxFilters()
    conditions, parameters = _conditions(filters)
    after, position = _after(cursor, filters, user)
    statement = _PAGE.format(matching=_MATCHING + conditions, after=after)
    with connection.cursor() as database:
        database.execute(statement, [user.pk, *parameters, *position, limit + 1, 0 if cursor else skip])
        rows: list[tuple[Any, ...]] = database.fetchall()
    found = [row[1:] for row in rows if row[1] is not None]
    shown = found[:limit]
    return InboxPage(
        conversations=conversation_snapshots(ids=[row[0] for row in shown], viewer_id=user.pk),
        total=rows[0][0],
        has_more=len(found) > limit,
        next_cursor=_cursor_after(shown[-1], filters, user) if len(found) > limit else None,
    )


def _conditions(filters: InboxFilters) -> tuple[str, list[Any]]:
    conditions: list[str] = []
    parameters: list[Any] = []
    for column, wanted in (
        ("o.is_archived", filters.archived),
        ("o.is_pinned", filters.pinned),
        (_UNREAD, filters.unread),
    ):
        if wanted is not None:
            conditions.append(column if wanted else f"NOT {column}")
    for column, value in (("c.status", filters.status), ("c.type", filters.type)):
        if value is not None:
            conditions.append(f"{column} = %s")
            parameters.append(value)
    if filters.context is not None:
        kind, colon, reference = filters.context.partition(":")
        conditions.append("c.context_type = %s AND c.context_reference = %s" if colon else "c.context_type = %s")
        parameters += [kind, reference] if colon else [kind]
    if filters.search:
        conditions.append(_NAMED)
        parameters += [_pattern(filters.search)] * 3
    return "".join(f" AND {condition}" for condition in conditions), parameters


def _pattern(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _after(cursor: str | None, filters: InboxFilters, user: User) -> tuple[str, Sequence[Any]]:
    if cursor is None:
        return "", []
    is_pinned, last_activity_at, identifier = read_cursor(cursor, scope=_scope(filters), user_id=user.pk)
    condition = "WHERE (is_pinned, last_activity_at, id) < (%s::boolean, %s::timestamptz, %s::bigint)"
    return condition, [bool(is_pinned), datetime.fromisoformat(str(last_activity_at)), identifier]


def _cursor_after(row: tuple[Any, ...], filters: InboxFilters, user: User) -> str:
    identifier, is_pinned, last_activity_at = row
    position = [int(is_pinned), last_activity_at.isoformat(), identifier]
    return sign_cursor(position, scope=_scope(filters), user_id=user.pk)


def _scope(filters: InboxFilters) -> str:
    return f"inbox:{filters!r}"
