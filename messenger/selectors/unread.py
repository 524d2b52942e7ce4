"""Unread counts by arithmetic on the seats' numbers: the cost grows with the conversations, never with messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection

_COUNTS = """
SELECT s.user_id, s.conversation_id,
       greatest(0, c.countable_seq - s.read_countable - s.own_above - s.deleted_above),
       s.is_archived OR s.is_hidden OR (s.is_muted AND coalesce(s.muted_until, 'infinity') > now())
FROM messenger_participant s JOIN messenger_conversation c ON c.id = s.conversation_id
WHERE s.user_id = ANY(%s::bigint[]) AND s.left_at IS NULL
"""


@dataclass(slots=True)
class UnreadCounts:
    """Somebody's unread messages: the sum without archived and muted conversations, and some conversations' own."""

    total: int = 0
    conversations: dict[int, int] = field(default_factory=dict)


def unread_counts_of(user_ids: Sequence[int], wanted: Mapping[int, set[int]] | None = None) -> dict[int, UnreadCounts]:
    """The counts of these people, with those of the `wanted` conversations of each (default: all with unread)."""
    counts = {user_id: UnreadCounts() for user_id in user_ids}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [list(user_ids)])
        for user_id, conversation_id, unread, is_quiet in cursor.fetchall():
            mine = counts[user_id]
            if not is_quiet:
                mine.total += unread
            if unread if wanted is None else conversation_id in wanted[user_id]:
                mine.conversations[conversation_id] = unread
    if wanted is not None:
        for user_id, conversation_ids in wanted.items():
            for conversation_id in conversation_ids - counts[user_id].conversations.keys():
                counts[user_id].conversations[conversation_id] = 0
    return counts
