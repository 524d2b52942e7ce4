"""Who may see whose presence: people each of whom has written in or read a conversation that they share.

Who hides it (setting, or `invisible`), is blocked or blocks, is offline to the other.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection

_ACQUAINTED = """
FROM messenger_participant m
JOIN messenger_participant o ON o.conversation_id = m.conversation_id AND o.user_id <> m.user_id
     AND o.left_at IS NULL AND (o.has_spoken OR o.last_read_at IS NOT NULL)
WHERE m.left_at IS NULL AND (m.has_spoken OR m.last_read_at IS NOT NULL)
"""
_SHARED = f"""{_ACQUAINTED}
  AND NOT EXISTS (SELECT 1 FROM messenger_block b WHERE (b.blocker_id = m.user_id AND b.blocked_id = o.user_id)
                                                     OR (b.blocker_id = o.user_id AND b.blocked_id = m.user_id))
"""
_WATCHERS = f"""
SELECT DISTINCT m.user_id, o.user_id {_SHARED} AND m.user_id = ANY(%s::bigint[])
  AND EXISTS (SELECT 1 FROM messenger_user u LEFT JOIN presence_lastseen s ON s.user_id = u.id
              WHERE u.id = m.user_id AND u.presence_visible AND NOT coalesce(s.is_invisible, false))
"""
_VISIBLE = f"""
SELECT DISTINCT o.user_id, s.at {
    _SHARED.replace(
        "WHERE",
        '''
JOIN messenger_user u ON u.id = o.user_id AND u.presence_visible AND u.is_active
LEFT JOIN presence_lastseen s ON s.user_id = o.user_id
WHERE''',
        1,
    )
} AND m.user_id = %s AND o.user_id = ANY(%s::bigint[]) AND NOT coalesce(s.is_invisible, false)
"""


def acquaintances_of(user_id: int) -> set[int]:
    """Who shares a conversation with this person in which both have written or read, whatever hides them since."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT o.user_id {_ACQUAINTED} AND m.user_id = %s", [user_id])
        return {row[0] for row in cursor.fetchall()}


def watchers_of(user_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Who may see each of these people; nobody for those who hide. One statement."""
    watchers: dict[int, list[int]] = {user_id: [] for user_id in user_ids}
    with connection.cursor() as cursor:
        cursor.execute(_WATCHERS, [list(user_ids)])
        for user_id, watcher_id in cursor.fetchall():
            watchers[user_id].append(watcher_id)
    return {user_id: tuple(people) for user_id, people in watchers.items()}


def visible_to(*, viewer_id: int, user_ids: Collection[int]) -> dict[int, datetime | None]:
    """Those of these people whom the viewer may see, with when they were last online. One statement."""
    if not user_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_VISIBLE, [viewer_id, list(user_ids)])
        return dict(cursor.fetchall())
