"""The two statements around a batch of sends: what the rules need to know, and what is written.

Both take the whole batch as arrays, so that their number does not depend on its size. Only `services/sending.py`
uses them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from messenger.pg_text import int_array, integer, integers, moment, text, text_array, text_or_none
from messenger.round_trips import Asked, Row, Statement, exchange
from messenger.search_text import searchable, stemmer_of
from messenger.selectors.messages import attachment_of
from messenger.services.drafts import CleanDraft
from messenger.snapshots import AttachmentSnapshot, QuoteSnapshot

_LOCK_SQL = """
SELECT c.id, c.type, c.status, c.chat_status, c.flow_state, c.last_seq, c.version, c.countable_seq
FROM messenger_conversation c WHERE c.id = ANY($1::bigint[]) ORDER BY c.id FOR NO KEY UPDATE"""

_GATE_SQL = """
SELECT d.i, s.id, s.history_from_seq, u.display_name, u.avatar, u.role, u.subscription_tier, u.locale,
       u.is_active, u.suspended_until, m.id, m.fingerprint,
       [quoted],
       room.people, room.blind_from, room.revivable,
       CASE WHEN cardinality(room.people) <= 2 AND EXISTS (
            SELECT 1 FROM messenger_block b WHERE (b.blocker_id = d.sender_id AND b.blocked_id = ANY(room.people))
                                               OR (b.blocked_id = d.sender_id AND b.blocker_id = ANY(room.people)))
            THEN true ELSE false END,
       [files],
       nextval('messenger_message_id_seq'), u.created_at
FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::text[])
     AS d(i, sender_id, conversation_id, nonce, reply_to_id, attachment_ids)
JOIN messenger_participant s
     ON s.conversation_id = d.conversation_id AND s.user_id = d.sender_id AND s.left_at IS NULL
JOIN messenger_user u ON u.id = d.sender_id
LEFT JOIN messenger_message m
     ON d.nonce IS NOT NULL AND m.conversation_id = d.conversation_id AND m.sender_id = d.sender_id
     AND m.nonce = d.nonce
[quotes]
CROSS JOIN LATERAL (
    SELECT array_agg(p.user_id ORDER BY p.id) AS people,
           array_agg(p.history_from_seq ORDER BY p.id) AS blind_from,
           array_agg(p.id ORDER BY p.id) FILTER (WHERE p.is_hidden OR (p.is_archived AND NOT (
               p.is_muted AND coalesce(p.muted_until, 'infinity') > now()))) AS revivable
    FROM messenger_participant p WHERE p.conversation_id = d.conversation_id AND p.left_at IS NULL) room
"""

_QUOTED = """
       r.id, r.seq, r.sender_id,
       coalesce(ru.display_name, CASE r.type WHEN 'automated' THEN 'Automated message' ELSE 'Deleted user' END),
       CASE WHEN r.deleted_at IS NULL THEN left(r.content, 100) ELSE '' END, r.deleted_at IS NOT NULL"""

_QUOTES = """
LEFT JOIN LATERAL (SELECT * FROM messenger_message q WHERE q.id = d.reply_to_id OFFSET 0) r
     ON r.conversation_id = d.conversation_id AND r.seq >= s.history_from_seq
LEFT JOIN messenger_user ru ON ru.id = r.sender_id"""

_FILES = """
       CASE WHEN d.attachment_ids = '{}' THEN NULL ELSE (
            SELECT jsonb_agg(jsonb_build_array(a.id, a.filename, a.mime_type, a.size, a.width, a.height,
                                               a.thumbnail_name <> ''))
            FROM messenger_attachment a
            WHERE a.id = ANY(d.attachment_ids::bigint[]) AND a.owner_id = d.sender_id AND a.message_id IS NULL) END"""

_STORE_SQL = """
WITH d AS (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[],
                         $8::text[], $9::bigint[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
                         $15::bigint[], $16::text[], $17::regconfig[], $18::text[])
    AS d(id, conversation_id, seq, version, countable_seq, sender_id, type, content, reply_to_id, metadata, mentions,
         nonce, fingerprint, door, sign_in_id, attachment_ids, stemmer, plain)
), stored AS (
    INSERT INTO messenger_message (
        id, conversation_id, seq, version, countable_seq, sender_id, type, content, reply_to_id, metadata, mentions,
        nonce, fingerprint, door, sign_in_id, has_reactions, has_attachments, removed_by_moderator, created_at,
        updated_at, search)
    SELECT id, conversation_id, seq, version, countable_seq, sender_id, type, content, reply_to_id, metadata::jsonb,
           mentions::jsonb, nonce, fingerprint, door, sign_in_id, false, attachment_ids <> '{}', false,
           $27::timestamptz, $27::timestamptz,
           to_tsvector(stemmer, content) || to_tsvector('simple', plain) || array_to_tsvector(
               ARRAY['c:' || conversation_id])
    FROM d ORDER BY conversation_id, seq
), [attached]counted AS (
    UPDATE messenger_conversation c
    SET last_seq = x.last_seq, version = x.version, countable_seq = x.countable_seq, last_message_id = x.message_id,
        last_activity_at = $27::timestamptz, updated_at = $27::timestamptz
    FROM unnest($19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[])
         AS x(id, last_seq, version, countable_seq, message_id)
    WHERE c.id = x.id
)
UPDATE messenger_participant p
SET own_above = p.own_above + x.own, has_spoken = p.has_spoken OR x.own > 0,
    is_archived = p.is_archived AND NOT x.revived, is_hidden = p.is_hidden AND NOT x.revived,
    private_version = p.private_version + x.revived::int
FROM unnest($24::bigint[], $25::bigint[], $26::boolean[]) AS x(id, own, revived)
WHERE p.id = x.id
RETURNING CASE WHEN x.revived THEN p.conversation_id END, p.user_id, p.private_version
"""

_ATTACHED = """attached AS (
    UPDATE messenger_attachment a SET message_id = d.id, position = f.position
    FROM d CROSS JOIN LATERAL unnest(d.attachment_ids::bigint[]) WITH ORDINALITY AS f(id, position)
    WHERE d.attachment_ids <> '{}' AND a.id = f.id
), """


def _gate(name: str, quoted: str, files: str, quotes: str) -> Statement:
    sql = _GATE_SQL.replace("[quoted]", quoted).replace("[files]", files).replace("[quotes]", quotes)
    return Statement(name, sql)


# most messages quote nothing and bring no files: leaving that out of a plan saves a tenth of a lone send's time
_LOCK = Statement("lock_conversations", _LOCK_SQL)
_LOCK_FREE = Statement("lock_free_conversations", _LOCK_SQL + " SKIP LOCKED")
_GATE = _gate("gate_of_sends", _QUOTED, _FILES, _QUOTES)
_GATE_PLAIN = _gate("gate_of_plain_sends", "NULL, NULL, NULL, NULL, NULL, NULL", "NULL", "")
_STORE = Statement("store_messages", _STORE_SQL.replace("[attached]", _ATTACHED))
_STORE_PLAIN = Statement("store_plain_messages", _STORE_SQL.replace("[attached]", ""))


@dataclass(slots=True)
class LockedConversation:
    """A locked row with its counters, which the batch moves on."""

    id: int
    type: str
    status: str
    chat_status: str | None
    flow_state: str | None
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


def lock_and_gate(
    drafts: Sequence[tuple[int, CleanDraft]], *, skip_locked: bool
) -> tuple[dict[int, LockedConversation], dict[int, GateRow]]:
    """Lock the conversations in the order of their ids, then read what the rules need; one round trip.

    With `skip_locked`, conversations that somebody else holds are left out. Who has no seat gets no row.
    """
    ids = sorted({item.draft.conversation_id for _, item in drafts})
    is_plain = not any(item.draft.reply_to_id or item.draft.attachment_ids for _, item in drafts)
    locked, gates = exchange(
        Asked(_LOCK_FREE if skip_locked else _LOCK, [int_array(ids)]),
        Asked(
            _GATE_PLAIN if is_plain else _GATE,
            [
                int_array(index for index, _ in drafts),
                int_array(item.draft.sender_id for _, item in drafts),
                int_array(item.draft.conversation_id for _, item in drafts),
                text_array(item.draft.nonce for _, item in drafts),
                int_array(item.draft.reply_to_id for _, item in drafts),
                text_array(int_array(item.draft.attachment_ids) for _, item in drafts),
            ],
        ),
    )
    conversations = (_conversation(row) for row in locked)
    return {row.id: row for row in conversations}, {integer(row[0]): _gate_row(row) for row in gates}


def store(
    messages: Sequence[NewMessage],
    conversations: Sequence[tuple[LockedConversation, int]],
    seats: Sequence[tuple[int, int, bool]],
    now: datetime,
    *,
    and_commit: bool,
) -> list[tuple[int, int, int]]:
    """Write the batch: messages, files, the conversations' counters with their last message, and the seats.

    A seat is (id, own messages, comes back). Return (conversation, user, private version) of those that come back.
    """
    drafts = [item.clean.draft for item in messages]
    values = [
        int_array(item.gate.message_id for item in messages),
        int_array(draft.conversation_id for draft in drafts),
        int_array(item.seq for item in messages),
        int_array(item.version for item in messages),
        int_array(item.countable_seq for item in messages),
        int_array(draft.sender_id for draft in drafts),
        text_array(item.type for item in messages),
        text_array(item.clean.content for item in messages),
        int_array(item.gate.quote.id if item.gate.quote else None for item in messages),
        text_array(_json(item.clean.metadata) for item in messages),
        text_array(_json(item.clean.mentions) for item in messages),
        text_array(draft.nonce for draft in drafts),
        text_array(item.clean.fingerprint for item in messages),
        text_array(draft.door for draft in drafts),
        int_array(draft.sign_in_id for draft in drafts),
        text_array(int_array(draft.attachment_ids) for draft in drafts),
        text_array(stemmer_of(item.gate.locale) for item in messages),
        text_array(searchable(item.clean.content) for item in messages),
        int_array(row.id for row, _ in conversations),
        int_array(row.last_seq for row, _ in conversations),
        int_array(row.version for row, _ in conversations),
        int_array(row.countable_seq for row, _ in conversations),
        int_array(message_id for _, message_id in conversations),
        int_array(seat_id for seat_id, _, _ in seats),
        int_array(own for _, own, _ in seats),
        text_array("true" if revived else "false" for _, _, revived in seats),
        now.isoformat(),
    ]
    statement = _STORE if any(draft.attachment_ids for draft in drafts) else _STORE_PLAIN
    (rows,) = exchange(Asked(statement, values), and_commit=and_commit)
    return [(integer(row[0]), integer(row[1]), integer(row[2])) for row in rows if row[0] is not None]


def _conversation(row: Row) -> LockedConversation:
    return LockedConversation(
        id=integer(row[0]),
        type=text(row[1]),
        status=text(row[2]),
        chat_status=text_or_none(row[3]),
        flow_state=text_or_none(row[4]),
        last_seq=integer(row[5]),
        version=integer(row[6]),
        countable_seq=integer(row[7]),
    )


def _gate_row(row: Row) -> GateRow:
    files = msgspec.json.decode(row[22]) if row[22] else []
    return GateRow(
        seat_id=integer(row[1]),
        history_from_seq=integer(row[2]),
        sender_name=text(row[3]),
        sender_avatar=text(row[4]),
        sender_role=text(row[5]),
        tier=text(row[6]),
        locale=text(row[7]),
        is_active=row[8] == b"t",
        suspended_until=moment(row[9]) if row[9] else None,
        known_message_id=integer(row[10]) if row[10] else None,
        known_fingerprint=text_or_none(row[11]),
        quote=_quote(row) if row[12] else None,
        people=integers(row[18]),
        blind_from=integers(row[19]),
        revivable=integers(row[20]),
        is_blocked=row[21] == b"t",
        attachments={item[0]: attachment_of(item) for item in files},
        message_id=integer(row[23]),
        sender_joined_at=moment(row[24]),
    )


def _quote(row: Row) -> QuoteSnapshot:
    return QuoteSnapshot(
        id=integer(row[12]),
        seq=integer(row[13]),
        sender_id=integer(row[14]) if row[14] else None,
        sender_name=text(row[15]),
        content=text(row[16]),
        is_deleted=row[17] == b"t",
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
