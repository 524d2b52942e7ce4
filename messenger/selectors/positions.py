"""How current things are: every conversation of a person with its three numbers, and who has read how far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

_POSITIONS = """
SELECT s.conversation_id, c.version, s.private_version,
       (SELECT coalesce(sum(p.last_read_seq + p.last_delivered_seq), 0)::bigint FROM messenger_participant p
        WHERE p.conversation_id = s.conversation_id AND p.left_at IS NULL)
FROM messenger_participant s JOIN messenger_conversation c ON c.id = s.conversation_id
WHERE s.user_id = %s AND s.left_at IS NULL AND NOT s.is_hidden
"""
# pointers move without touching the conversation's row; what they say is lost as easily as any other event
_RECENT = """
SELECT s.conversation_id, c.version, s.private_version, room.pointer_sum
FROM messenger_participant s JOIN messenger_conversation c ON c.id = s.conversation_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(p.last_read_seq + p.last_delivered_seq), 0)::bigint AS pointer_sum,
           greatest(c.updated_at, s.own_changed_at, max(p.last_read_at), max(p.last_delivered_at)) AS changed_at
    FROM messenger_participant p WHERE p.conversation_id = s.conversation_id AND p.left_at IS NULL) room
WHERE s.user_id = %s AND s.left_at IS NULL AND NOT s.is_hidden AND room.changed_at > now() - interval '2 minutes'
ORDER BY room.changed_at DESC LIMIT 50
"""

_POINTERS = """
SELECT p.conversation_id, p.user_id, p.last_read_seq, p.last_read_at, p.last_delivered_seq, p.joined_seq
FROM messenger_participant p WHERE p.conversation_id = ANY(%s::bigint[]) AND p.left_at IS NULL ORDER BY p.id
"""


_POINTERS_FOR = """
SELECT p.user_id, p.last_read_seq, p.last_read_at, p.last_delivered_seq, p.joined_seq, p.history_from_seq
FROM messenger_participant p WHERE p.conversation_id = %s AND p.left_at IS NULL ORDER BY p.id
"""


@dataclass(frozen=True, slots=True)
class Position:
    """How current a copy of a conversation is (contract: Staying in sync)."""

    version: int
    private_version: int
    pointer_sum: int


@dataclass(frozen=True, slots=True)
class Pointer:
    """How far one participant has read and received a conversation."""

    user_id: int
    last_read_seq: int
    last_read_at: datetime | None
    last_delivered_seq: int
    joined_seq: int


def positions_of(*, viewer_id: int) -> dict[int, Position]:
    """The position of every conversation that the viewer has, by id. One statement."""
    return _positions(_POSITIONS, viewer_id)


def recent_positions_of(*, viewer_id: int) -> dict[int, Position]:
    """The positions of the viewer's conversations that changed in the last 2 minutes, at most 50."""
    return _positions(_RECENT, viewer_id)


def pointers_of(conversation_ids: Sequence[int]) -> dict[int, list[Pointer]]:
    """The present participants' pointers in each of these conversations. One statement."""
    pointers: dict[int, list[Pointer]] = {key: [] for key in conversation_ids}
    if conversation_ids:
        with connection.cursor() as cursor:
            cursor.execute(_POINTERS, [list(conversation_ids)])
            for key, *columns in cursor.fetchall():
                pointers[key].append(Pointer(*columns))
    return pointers


def pointers_for(*, conversation_id: int, viewer_id: int) -> tuple[list[Pointer], int]:
    """All present participants' pointers, and where the viewer's history begins. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_POINTERS_FOR, [conversation_id])
        rows = cursor.fetchall()
    history = next((row[5] for row in rows if row[0] == viewer_id), 1)
    return [Pointer(*row[:5]) for row in rows], history


def _positions(statement: str, viewer_id: int) -> dict[int, Position]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [viewer_id])
        return {row[0]: Position(row[1], row[2], row[3]) for row in cursor.fetchall()}
