"""The statements around a batch of read and delivered marks: lock the seats, look, write. Only `reading` uses them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from messenger.models import Participant
from messenger.selectors.gates import blocked_sql

MAX_TOLD = 50
MAX_LOOKED_BACK = 1_000

_LOCK = """
SELECT p.conversation_id, p.user_id, p.id, p.last_read_seq, p.last_read_at, p.last_delivered_seq, p.last_delivered_at,
       p.read_countable, p.own_above, p.deleted_above, p.private_version, p.marked_unread, p.history_from_seq
FROM messenger_participant p
JOIN unnest(%s::bigint[], %s::bigint[]) AS w(conversation_id, user_id)
     ON p.conversation_id = w.conversation_id AND p.user_id = w.user_id
WHERE p.left_at IS NULL ORDER BY p.id FOR NO KEY UPDATE OF p
"""
_LOCK_FREE = f"{_LOCK.rstrip()} SKIP LOCKED"

# After the lock, so that a send that was under way is seen, or counts itself as unread later.
_LOOK = f"""
SELECT w.i, c.type, c.status, c.chat_status, c.flow_state, c.last_seq, c.countable_seq, u.is_active, u.suspended_until,
       room.people, coalesce(room.blind, '{{}}'),
       CASE WHEN cardinality(room.people) > {MAX_TOLD} THEN ARRAY(
            SELECT DISTINCT o.sender_id FROM messenger_message o WHERE o.conversation_id = c.id
            AND o.seq > greatest(w.last_delivered_seq, t.target - {MAX_LOOKED_BACK}) AND o.seq <= t.target
            AND o.sender_id IS NOT NULL) ELSE '{{}}' END,
       {blocked_sql(kind="c.type", people="room.people", person="w.user_id")},
       w.message_id IS NULL OR named.seq IS NOT NULL, t.target, m.id, coalesce(m.countable_seq, 0),
       CASE WHEN t.target < c.last_seq AND t.target > w.last_read_seq THEN (
            SELECT count(*) FROM messenger_message o WHERE o.conversation_id = c.id AND o.sender_id = w.user_id
            AND o.seq > t.target AND o.type <> 'system') ELSE 0 END,
       CASE WHEN t.target < c.last_seq AND t.target > w.last_read_seq THEN (
            SELECT count(*) FROM messenger_message o WHERE o.conversation_id = c.id AND o.deleted_at IS NOT NULL
            AND o.sender_id IS DISTINCT FROM w.user_id AND o.seq > t.target AND o.type <> 'system') ELSE 0 END
FROM unnest(%s::int[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
            %s::bigint[])
     AS w(i, conversation_id, user_id, history_from_seq, last_read_seq, last_delivered_seq, up_to_seq, message_id)
JOIN messenger_conversation c ON c.id = w.conversation_id
JOIN messenger_user u ON u.id = w.user_id
LEFT JOIN LATERAL (SELECT n.seq, n.conversation_id FROM messenger_message n WHERE n.id = w.message_id OFFSET 0) named
     ON named.conversation_id = w.conversation_id AND named.seq >= w.history_from_seq
CROSS JOIN LATERAL (SELECT least(c.last_seq, coalesce(w.up_to_seq, named.seq, c.last_seq)) AS target) t
LEFT JOIN messenger_message m ON m.conversation_id = c.id AND m.seq = t.target
CROSS JOIN LATERAL (SELECT array_agg(p.user_id ORDER BY p.id) AS people,
                           array_agg(p.user_id) FILTER (WHERE p.history_from_seq > t.target) AS blind
                    FROM messenger_participant p
                    WHERE p.conversation_id = c.id AND p.left_at IS NULL) room
"""

_STORE = """
UPDATE messenger_participant p
SET last_read_seq = x.last_read_seq, last_read_at = x.last_read_at, last_delivered_seq = x.last_delivered_seq,
    last_delivered_at = x.last_delivered_at, read_countable = x.read_countable, own_above = x.own_above,
    deleted_above = x.deleted_above, private_version = x.private_version, marked_unread = x.marked_unread
FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::bigint[], %s::timestamptz[], %s::bigint[], %s::bigint[],
            %s::bigint[], %s::bigint[], %s::boolean[])
     AS x(id, last_read_seq, last_read_at, last_delivered_seq, last_delivered_at, read_countable, own_above,
          deleted_above, private_version, marked_unread)
WHERE p.id = x.id
"""


@dataclass(slots=True)
class LockedSeat:
    """A locked seat with its pointers, which the batch moves on."""

    conversation_id: int
    user_id: int
    id: int
    last_read_seq: int
    last_read_at: datetime | None
    last_delivered_seq: int
    last_delivered_at: datetime | None
    read_countable: int
    own_above: int
    deleted_above: int
    private_version: int
    marked_unread: bool
    history_from_seq: int


@dataclass(frozen=True, slots=True)
class Look:
    """What the rules and the arithmetic need to know of one mark.

    `blind` are those of the people from whom the target is hidden; `senders`, known in large groups only, those whose
    messages get delivered by it.
    """

    type: str
    status: str
    chat_status: str | None
    flow_state: str | None
    last_seq: int
    countable_seq: int
    is_active: bool
    suspended_until: datetime | None
    people: list[int]
    blind: list[int]
    senders: list[int]
    is_blocked: bool
    is_message_known: bool
    target: int
    message_id: int | None
    countable_at: int
    own_above: int
    deleted_above: int


Wanted = tuple[int, LockedSeat, int | None, int | None]


def lock_seats(places: Sequence[tuple[int, int]], *, skip_locked: bool = False) -> dict[tuple[int, int], LockedSeat]:
    """Lock the present seats of these (conversation, user), in the order of their ids.

    With `skip_locked`, those that somebody else holds are left out.
    """
    unique = sorted(set(places))
    rows = _rows(_LOCK_FREE if skip_locked else _LOCK, [[key for key, _ in unique], [user_id for _, user_id in unique]])
    return {(row[0], row[1]): LockedSeat(*row) for row in rows}


def seats_among(places: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of these (conversation, user) that have a seat, held by somebody or not."""
    conversations, users = zip(*places, strict=True)
    present = Participant.objects.filter(left_at=None, conversation_id__in=conversations, user_id__in=users)
    return set(places).intersection(present.values_list("conversation_id", "user_id"))


def look(wanted: Sequence[Wanted]) -> dict[int, Look]:
    """For each (index, seat, up to seq, up to message): where the pointer would go, and who would hear of it."""
    rows = _rows(
        _LOOK,
        [
            [index for index, _, _, _ in wanted],
            [seat.conversation_id for _, seat, _, _ in wanted],
            [seat.user_id for _, seat, _, _ in wanted],
            [seat.history_from_seq for _, seat, _, _ in wanted],
            [seat.last_read_seq for _, seat, _, _ in wanted],
            [seat.last_delivered_seq for _, seat, _, _ in wanted],
            [up_to_seq for _, _, up_to_seq, _ in wanted],
            [message_id for _, _, _, message_id in wanted],
        ],
    )
    return {row[0]: Look(*row[1:]) for row in rows}


def store(seats: Sequence[LockedSeat]) -> None:
    """Write the seats' pointers."""
    names = (
        "id",
        "last_read_seq",
        "last_read_at",
        "last_delivered_seq",
        "last_delivered_at",
        "read_countable",
        "own_above",
        "deleted_above",
        "private_version",
        "marked_unread",
    )
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [[getattr(seat, name) for seat in seats] for name in names])


def _rows(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
