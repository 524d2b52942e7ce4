"""The two statements around a batch of sends: what the rules need to know, and what is written.

Both take the whole batch as arrays, so that their number does not depend on its size. Only `services/sending.py`
uses them.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from messenger.search_text import searchable, stemmer_of
from messenger.selectors.messages import attachment_of
from messenger.services.drafts import CleanDraft
from messenger.snapshots import AttachmentSnapshot, QuoteSnapshot

_LOCK = """
SELECT c.id, c.type, c.status, c.chat_status, c.flow_state, c.participant_count, c.last_seq, c.version, c.countable_seq
FROM messenger_conversation c WHERE c.id = ANY(%s::bigint[]) ORDER BY c.id FOR NO KEY UPDATE
"""

_GATE = """
SELECT d.i, s.id, s.history_from_seq, u.display_name, u.avatar, u.role, u.subscription_tier, u.locale,
       u.is_active, u.suspended_until, m.id, m.fingerprint,
       r.id, r.seq, r.sender_id,
       coalesce(ru.display_name, CASE r.type WHEN 'automated' THEN 'Automated message' ELSE 'Deleted user' END),
       CASE WHEN r.deleted_at IS NULL THEN left(r.content, 100) ELSE '' END, r.deleted_at IS NOT NULL,
       room.people, room.blind_from, room.revivable,
       CASE WHEN cardinality(room.people) <= 2 AND EXISTS (
            SELECT 1 FROM messenger_block b WHERE (b.blocker_id = d.sender_id AND b.blocked_id = ANY(room.people))
                                               OR (b.blocked_id = d.sender_id AND b.blocker_id = ANY(room.people)))
            THEN true ELSE false END,
       CASE WHEN d.attachment_ids = '{}' THEN NULL ELSE (
            SELECT jsonb_agg(jsonb_build_array(a.id, a.filename, a.mime_type, a.size, a.width, a.height,
                                               a.thumbnail_name <> ''))
            FROM messenger_attachment a
            WHERE a.id = ANY(d.attachment_ids::bigint[]) AND a.owner_id = d.sender_id AND a.message_id IS NULL) END,
       nextval('messenger_message_id_seq'), u.created_at
FROM unnest(%s::int[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::text[])
     AS d(i, sender_id, conversation_id, nonce, reply_to_id, attachment_ids)
JOIN messenger_participant s
     ON s.conversation_id = d.conversation_id AND s.user_id = d.sender_id AND s.left_at IS NULL
JOIN messenger_user u ON u.id = d.sender_id
LEFT JOIN messenger_message m
     ON d.nonce IS NOT NULL AND m.conversation_id = d.conversation_id AND m.sender_id = d.sender_id
     AND m.nonce = d.nonce
LEFT JOIN LATERAL (SELECT * FROM messenger_message q WHERE q.id = d.reply_to_id OFFSET 0) r
     ON r.conversation_id = d.conversation_id AND r.seq >= s.history_from_seq
LEFT JOIN messenger_user ru ON ru.id = r.sender_id
CROSS JOIN LATERAL (
    SELECT array_agg(p.user_id ORDER BY p.id) AS people,
           array_agg(p.history_from_seq ORDER BY p.id) AS blind_from,
           array_agg(p.id ORDER BY p.id) FILTER (WHERE p.is_hidden OR (p.is_archived AND NOT (
               p.is_muted AND coalesce(p.muted_until, 'infinity') > now()))) AS revivable
    FROM messenger_participant p WHERE p.conversation_id = d.conversation_id AND p.left_at IS NULL) room
"""

_STORE = """
WITH d AS (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[],
                         %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                         %s::bigint[], %s::text[], %s::regconfig[], %s::text[])
    AS d(id, conversation_id, seq, version, countable_seq, sender_id, type, content, reply_to_id, metadata, mentions,
         nonce, fingerprint, door, sign_in_id, attachment_ids, stemmer, plain)
), stored AS (
    INSERT INTO messenger_message (
        id, conversation_id, seq, version, countable_seq, sender_id, type, content, reply_to_id, metadata, mentions,
        nonce, fingerprint, door, sign_in_id, has_reactions, has_attachments, removed_by_moderator, created_at,
        updated_at, search)
    SELECT id, conversation_id, seq, version, countable_seq, sender_id, type, content, reply_to_id, metadata::jsonb,
           mentions::jsonb, nonce, fingerprint, door, sign_in_id, false, attachment_ids <> '{}', false, %s, %s,
           to_tsvector(stemmer, content) || to_tsvector('simple', plain) || array_to_tsvector(
               ARRAY['c:' || conversation_id])
    FROM d ORDER BY conversation_id, seq
), attached AS (
    UPDATE messenger_attachment a SET message_id = d.id, position = f.position
    FROM d CROSS JOIN LATERAL unnest(d.attachment_ids::bigint[]) WITH ORDINALITY AS f(id, position)
    WHERE d.attachment_ids <> '{}' AND a.id = f.id
), counted AS (
    UPDATE messenger_conversation c
    SET last_seq = x.last_seq, version = x.version, countable_seq = x.countable_seq, last_message_id = x.message_id,
        last_activity_at = %s, updated_at = %s
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
         AS x(id, last_seq, version, countable_seq, message_id)
    WHERE c.id = x.id
)
UPDATE messenger_participant p
SET own_above = p.own_above + x.own, has_spoken = p.has_spoken OR x.own > 0,
    is_archived = p.is_archived AND NOT x.revived, is_hidden = p.is_hidden AND NOT x.revived,
    private_version = p.private_version + x.revived::int
FROM unnest(%s::bigint[], %s::bigint[], %s::boolean[]) AS x(id, own, revived)
WHERE p.id = x.id
RETURNING CASE WHEN x.revived THEN p.conversation_id END, p.user_id, p.private_version
"""


@dataclass(slots=True)
class LockedConversation:
    """A locked row with its counters, which the batch moves on."""

    id: int
    type: str
    status: str
    chat_status: str | None
    flow_state: str | None
    participant_count: int
    last_seq: int
    version: int
    countable_seq: int


@dataclass(frozen=True, slots=True)
class GateRow:
    """What the rules need to know of one draft whose sender has a seat."""

    seat_id: int
    history_from_seq: int
    sender_name: str
    sender_avatar: str
    sender_role: str
    tier: str
    locale: str
    is_active: bool
    suspended_until: datetime | None
    known_message_id: int | None
    known_fingerprint: str | None
    quote: QuoteSnapshot | None
    people: tuple[int, ...]
    blind_from: tuple[int, ...]
    revivable: tuple[int, ...]
    is_blocked: bool
    attachments: dict[int, AttachmentSnapshot]
    message_id: int
    sender_joined_at: datetime


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A draft that passed, with its numbers."""

    clean: CleanDraft
    gate: GateRow
    type: str
    seq: int
    version: int
    countable_seq: int


@contextmanager
def one_transaction() -> Iterator[None]:
    """A transaction whose statements travel together: no answer is waited for before somebody reads it."""
    connection.ensure_connection()
    # the pipeline's own errors are psycopg's, which nobody here knows
    with connection.wrap_database_errors, connection.connection.pipeline(), transaction.atomic():
        yield


def lock_and_gate(
    drafts: Sequence[tuple[int, CleanDraft]], *, skip_locked: bool
) -> tuple[dict[int, LockedConversation], dict[int, GateRow]]:
    """Lock the conversations in the order of their ids, then read what the rules need; one round trip.

    With `skip_locked`, conversations that somebody else holds are left out. Who has no seat gets no row.
    """
    ids = sorted({item.draft.conversation_id for _, item in drafts})
    with connection.cursor() as lock, connection.cursor() as gate:
        lock.execute(_LOCK + " SKIP LOCKED" if skip_locked else _LOCK, [_ints(ids)])
        gate.execute(
            _GATE,
            [
                _ints(index for index, _ in drafts),
                _ints(item.draft.sender_id for _, item in drafts),
                _ints(item.draft.conversation_id for _, item in drafts),
                _texts(item.draft.nonce for _, item in drafts),
                _ints(item.draft.reply_to_id for _, item in drafts),
                _texts(_ints(item.draft.attachment_ids) for _, item in drafts),
            ],
        )
        conversations = {row[0]: LockedConversation(*row) for row in lock.fetchall()}
        return conversations, {row[0]: _gate_row(row) for row in gate.fetchall()}


def store(
    messages: Sequence[NewMessage],
    conversations: Sequence[tuple[LockedConversation, int]],
    seats: Sequence[tuple[int, int, bool]],
    now: datetime,
) -> list[tuple[int, int, int]]:
    """Write the batch: messages, files, the conversations' counters with their last message, and the seats.

    A seat is (id, own messages, comes back). Return (conversation, user, private version) of those that come back.
    """
    drafts = [item.clean.draft for item in messages]
    with connection.cursor() as cursor:
        cursor.execute(
            _STORE,
            [
                _ints(item.gate.message_id for item in messages),
                _ints(draft.conversation_id for draft in drafts),
                _ints(item.seq for item in messages),
                _ints(item.version for item in messages),
                _ints(item.countable_seq for item in messages),
                _ints(draft.sender_id for draft in drafts),
                _texts(item.type for item in messages),
                _texts(item.clean.content for item in messages),
                _ints(item.gate.quote.id if item.gate.quote else None for item in messages),
                _texts(_json(item.clean.metadata) for item in messages),
                _texts(_json(item.clean.mentions) for item in messages),
                _texts(draft.nonce for draft in drafts),
                _texts(item.clean.fingerprint for item in messages),
                _texts(draft.door for draft in drafts),
                _ints(draft.sign_in_id for draft in drafts),
                _texts(_ints(draft.attachment_ids) for draft in drafts),
                _texts(stemmer_of(item.gate.locale) for item in messages),
                _texts(searchable(item.clean.content) for item in messages),
                now,
                now,
                now,
                now,
                _ints(row.id for row, _ in conversations),
                _ints(row.last_seq for row, _ in conversations),
                _ints(row.version for row, _ in conversations),
                _ints(row.countable_seq for row, _ in conversations),
                _ints(message_id for _, message_id in conversations),
                _ints(seat_id for seat_id, _, _ in seats),
                _ints(own for _, own, _ in seats),
                _texts("true" if revived else "false" for _, _, revived in seats),
            ],
        )
        if not any(revived for _, _, revived in seats):
            return []  # unread: the answer comes with the commit's
        return [row for row in cursor.fetchall() if row[0] is not None]


def _gate_row(row: Sequence[Any]) -> GateRow:
    quote, files = row[12:18], msgspec.json.decode(row[22]) if row[22] else []
    return GateRow(
        seat_id=row[1],
        history_from_seq=row[2],
        sender_name=row[3],
        sender_avatar=row[4],
        sender_role=row[5],
        tier=row[6],
        locale=row[7],
        is_active=row[8],
        suspended_until=row[9],
        known_message_id=row[10],
        known_fingerprint=row[11],
        quote=_quote(quote) if quote[0] is not None else None,
        people=tuple(row[18]),
        blind_from=tuple(row[19]),
        revivable=tuple(row[20] or ()),
        is_blocked=row[21],
        attachments={item[0]: attachment_of(item) for item in files},
        message_id=row[23],
        sender_joined_at=row[24],
    )


def _quote(columns: Sequence[Any]) -> QuoteSnapshot:
    identifier, seq, sender_id, sender_name, content, is_deleted = columns
    return QuoteSnapshot(
        id=identifier, seq=seq, sender_id=sender_id, sender_name=sender_name, content=content, is_deleted=is_deleted
    )


def _ints(values: Iterable[int | None]) -> str:
    """An array literal: psycopg's own way of sending lists costs more than the rest of the batch."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


def _texts(values: Iterable[str | None]) -> str:
    return "{" + ",".join("NULL" if value is None else _quoted(value) for value in values) + "}"


def _quoted(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
