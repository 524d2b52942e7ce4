"""The two statements around a batch of sends: what the rules need to know, and what is written.

Both take the whole batch as arrays, so that their number does not depend on its size. Only `services/sending.py`
uses them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

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
       r.id, r.seq, r.sender_id, coalesce(ru.display_name, 'Deleted user'),
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
            WHERE a.id = ANY(d.attachment_ids::bigint[]) AND a.owner_id = d.sender_id AND a.message_id IS NULL) END
FROM unnest(%s::int[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::text[])
     AS d(i, sender_id, conversation_id, nonce, reply_to_id, attachment_ids)
JOIN messenger_participant s
     ON s.conversation_id = d.conversation_id AND s.user_id = d.sender_id AND s.left_at IS NULL
JOIN messenger_user u ON u.id = d.sender_id
LEFT JOIN messenger_message m
     ON d.nonce IS NOT NULL AND m.conversation_id = d.conversation_id AND m.sender_id = d.sender_id
     AND m.nonce = d.nonce
LEFT JOIN messenger_message r
     ON r.id = d.reply_to_id AND r.conversation_id = d.conversation_id AND r.seq >= s.history_from_seq
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
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[],
                         %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[],
                         %s::text[], %s::regconfig[], %s::text[])
    AS d(conversation_id, seq, version, countable_seq, sender_id, type, content, reply_to_id, metadata, mentions,
         nonce, fingerprint, door, sign_in_id, attachment_ids, stemmer, plain)
), stored AS (
    INSERT INTO messenger_message (
        conversation_id, seq, version, countable_seq, sender_id, type, content, reply_to_id, metadata, mentions, nonce,
        fingerprint, door, sign_in_id, has_reactions, has_attachments, removed_by_moderator, created_at, updated_at,
        search)
    SELECT conversation_id, seq, version, countable_seq, sender_id, type, content, reply_to_id, metadata::jsonb,
           mentions::jsonb, nonce, fingerprint, door, sign_in_id, false, attachment_ids <> '{}', false, %s, %s,
           to_tsvector(stemmer, content) || to_tsvector('simple', plain) || array_to_tsvector(
               ARRAY['c:' || conversation_id])
    FROM d ORDER BY conversation_id, seq
    RETURNING id, conversation_id, seq
), attached AS (
    UPDATE messenger_attachment a SET message_id = stored.id, position = f.position
    FROM d JOIN stored USING (conversation_id, seq)
         CROSS JOIN LATERAL unnest(d.attachment_ids::bigint[]) WITH ORDINALITY AS f(id, position)
    WHERE d.attachment_ids <> '{}' AND a.id = f.id
), counted AS (
    UPDATE messenger_conversation c
    SET last_seq = x.last_seq, version = x.version, countable_seq = x.countable_seq, last_message_id = stored.id,
        last_activity_at = %s, updated_at = %s
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS x(id, last_seq, version, countable_seq)
         JOIN stored ON stored.conversation_id = x.id AND stored.seq = x.last_seq
    WHERE c.id = x.id
), seated AS (
    UPDATE messenger_participant p
    SET own_above = p.own_above + x.own, has_spoken = p.has_spoken OR x.own > 0,
        is_archived = p.is_archived AND NOT x.revived, is_hidden = p.is_hidden AND NOT x.revived,
        private_version = p.private_version + x.revived::int
    FROM unnest(%s::bigint[], %s::bigint[], %s::boolean[]) AS x(id, own, revived)
    WHERE p.id = x.id
    RETURNING p.conversation_id, p.user_id, p.private_version, x.revived
)
SELECT 'm', conversation_id, seq, id FROM stored
UNION ALL SELECT 's', conversation_id, user_id, private_version FROM seated WHERE revived
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


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A draft that passed, with its numbers."""

    clean: CleanDraft
    gate: GateRow
    type: str
    seq: int
    version: int
    countable_seq: int


@dataclass(frozen=True, slots=True)
class Stored:
    """Ids by (conversation, seq), and the seats whose archived or hidden conversation came back."""

    message_ids: dict[tuple[int, int], int]
    revived: list[tuple[int, int, int]]


def lock_conversations(conversation_ids: Sequence[int], *, skip_locked: bool) -> dict[int, LockedConversation]:
    """Lock the rows in the order of their ids; with `skip_locked`, leave out those that somebody else holds."""
    statement = _LOCK + " SKIP LOCKED" if skip_locked else _LOCK
    with connection.cursor() as cursor:
        cursor.execute(statement, [sorted(set(conversation_ids))])
        return {row[0]: LockedConversation(*row) for row in cursor.fetchall()}


def gate_rows(drafts: Sequence[tuple[int, CleanDraft]]) -> dict[int, GateRow]:
    """For each (index, draft) whose sender has a seat: what the rules need. An index without a row has none."""
    with connection.cursor() as cursor:
        cursor.execute(
            _GATE,
            [
                [index for index, _ in drafts],
                [item.draft.sender_id for _, item in drafts],
                [item.draft.conversation_id for _, item in drafts],
                [item.draft.nonce for _, item in drafts],
                [item.draft.reply_to_id for _, item in drafts],
                [_array(item.draft.attachment_ids) for _, item in drafts],
            ],
        )
        return {row[0]: _gate_row(row) for row in cursor.fetchall()}


def store(
    messages: Sequence[NewMessage],
    conversations: Sequence[LockedConversation],
    seats: Sequence[tuple[int, int, bool]],
    now: datetime,
) -> Stored:
    """Write the batch: messages, files, the conversations' counters, and the seats (id, own messages, comes back)."""
    drafts = [item.clean.draft for item in messages]
    with connection.cursor() as cursor:
        cursor.execute(
            _STORE,
            [
                [draft.conversation_id for draft in drafts],
                [item.seq for item in messages],
                [item.version for item in messages],
                [item.countable_seq for item in messages],
                [draft.sender_id for draft in drafts],
                [item.type for item in messages],
                [item.clean.content for item in messages],
                [item.gate.quote.id if item.gate.quote else None for item in messages],
                [_json(item.clean.metadata) for item in messages],
                [_json(item.clean.mentions) for item in messages],
                [draft.nonce for draft in drafts],
                [item.clean.fingerprint for item in messages],
                [draft.door for draft in drafts],
                [draft.sign_in_id for draft in drafts],
                [_array(draft.attachment_ids) for draft in drafts],
                [stemmer_of(item.gate.locale) for item in messages],
                [searchable(item.clean.content) for item in messages],
                now,
                now,
                now,
                now,
                [row.id for row in conversations],
                [row.last_seq for row in conversations],
                [row.version for row in conversations],
                [row.countable_seq for row in conversations],
                [seat_id for seat_id, _, _ in seats],
                [own for _, own, _ in seats],
                [revived for _, _, revived in seats],
            ],
        )
        rows = cursor.fetchall()
    return Stored(
        message_ids={(conversation_id, seq): key for kind, conversation_id, seq, key in rows if kind == "m"},
        revived=[(conversation_id, user_id, number) for kind, conversation_id, user_id, number in rows if kind == "s"],
    )


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
    )


def _quote(columns: Sequence[Any]) -> QuoteSnapshot:
    identifier, seq, sender_id, sender_name, content, is_deleted = columns
    return QuoteSnapshot(
        id=identifier, seq=seq, sender_id=sender_id, sender_name=sender_name, content=content, is_deleted=is_deleted
    )


def _array(ids: Sequence[int]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
