"""The SQL around a batch of sends: each statement takes the whole batch as arrays, or a lone message as plain values.

Without arrays a lone send costs PostgreSQL a sixth less; everything else in the two is the same text.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from messenger.pg_text import Column, columns_of, int_array, text_array, values_of
from messenger.round_trips import Asked, Statement
from messenger.selectors.gates import blocked_sql


class Spellings(NamedTuple):
    """One statement: for a batch, and for one row of each input. `inputs` are the kinds of their columns."""

    many: Statement
    lone: Statement
    inputs: tuple[tuple[Column, ...], ...]

    def asked(self, *inputs: Sequence[tuple[Any, ...]], and_last: Sequence[str] = ()) -> Asked:
        """With these rows for its inputs, each at least one, and these values after them."""
        if all(len(rows) == 1 for rows in inputs):
            return Asked(self.lone, [*values_of(value for (row,) in inputs for value in row), *and_last])
        columns = [columns_of(rows, kinds) for rows, kinds in zip(inputs, self.inputs, strict=True)]
        return Asked(self.many, [*(column for every in columns for column in every), *and_last])


_LOCK_SQL = """
SELECT c.id, c.type, c.status, c.chat_status, c.flow_state, c.last_seq, c.version, c.countable_seq
FROM messenger_conversation c WHERE [these] FOR NO KEY UPDATE"""

_GATE_SQL = f"""
SELECT d.i, s.id, s.history_from_seq, u.display_name, u.avatar, u.role, u.subscription_tier, u.locale,
       u.is_active, u.suspended_until, m.id, m.fingerprint,
       [quoted],
       room.people, room.blind_from, room.revivable,
       {blocked_sql(people="room.people", person="d.sender_id")},
       [files],
       nextval('messenger_message_id_seq'), u.created_at
FROM [drafts] d
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
    SELECT * FROM [messages] d
), stored AS (
    INSERT INTO messenger_message (
        id, conversation_id, seq, version, countable_seq, sender_id, type, content, reply_to_id, metadata, mentions,
        nonce, fingerprint, door, sign_in_id, has_reactions, has_attachments, removed_by_moderator, created_at,
        updated_at, search)
    SELECT id, conversation_id, seq, version, countable_seq, sender_id, type, content, reply_to_id, metadata::jsonb,
           mentions::jsonb, nonce, fingerprint, door, sign_in_id, false, attachment_ids <> '{}', false,
           $27::timestamptz, $27::timestamptz,
           to_tsvector(stemmer, plain) || to_tsvector('simple', plain) || array_to_tsvector(
               ARRAY['c:' || conversation_id])
    FROM d ORDER BY conversation_id, seq
), [attached]counted AS (
    UPDATE messenger_conversation c
    SET last_seq = x.last_seq, version = x.version, countable_seq = x.countable_seq, last_message_id = x.message_id,
        last_activity_at = $27::timestamptz, updated_at = $27::timestamptz
    FROM [positions] x
    WHERE c.id = x.id
)
UPDATE messenger_participant p
SET own_above = p.own_above + x.own, has_spoken = p.has_spoken OR x.own > 0,
    is_archived = p.is_archived AND NOT x.revived, is_hidden = p.is_hidden AND NOT x.revived,
    private_version = p.private_version + x.revived::int
FROM [seats] x
WHERE p.id = x.id
RETURNING CASE WHEN x.revived THEN p.conversation_id END, p.user_id, p.private_version, [taken]
"""

_ATTACHED = """attached AS (
    UPDATE messenger_attachment a SET message_id = d.id, position = f.position
    FROM d CROSS JOIN LATERAL unnest(d.attachment_ids::bigint[]) WITH ORDINALITY AS f(id, position)
    WHERE d.attachment_ids <> '{}' AND a.id = f.id AND a.message_id IS NULL
    RETURNING a.id
), """
_TAKEN = "(SELECT count(*) FROM attached)"


# the columns of what goes in, with their types
_DRAFTS = {
    "i": "int",
    "sender_id": "bigint",
    "conversation_id": "bigint",
    "nonce": "text",
    "reply_to_id": "bigint",
    "attachment_ids": "text",
}
_MESSAGES = {
    **dict.fromkeys(("id", "conversation_id", "seq", "version", "countable_seq", "sender_id"), "bigint"),
    **dict.fromkeys(("type", "content"), "text"),
    "reply_to_id": "bigint",
    **dict.fromkeys(("metadata", "mentions", "nonce", "fingerprint", "door"), "text"),
    "sign_in_id": "bigint",
    "attachment_ids": "text",
    "stemmer": "regconfig",
    "plain": "text",
}
_POSITIONS = dict.fromkeys(("id", "last_seq", "version", "countable_seq", "message_id"), "bigint")
_SEATS = {"id": "bigint", "own": "bigint", "revived": "boolean"}


def _spellings(name: str, sql: str, **inputs: Mapping[str, str]) -> Spellings:
    """`sql` with its `[inputs]` taken from the values in their order, as rows of arrays and as one row."""
    many = lone = sql
    place = 1
    for key, columns in inputs.items():
        values = [f"${number}::{kind}" for number, kind in enumerate(columns.values(), place)]
        place += len(values)
        named = f"(SELECT * FROM [rows] AS given({', '.join(columns)}))"
        many = many.replace(
            f"[{key}]", named.replace("[rows]", f"unnest({', '.join(f'{value}[]' for value in values)})")
        )
        lone = lone.replace(f"[{key}]", named.replace("[rows]", f"(VALUES ({', '.join(values)}))"))
    return Spellings(Statement(name, many), Statement(f"{name}_lone", lone), tuple(map(_kinds, inputs.values())))


def _kinds(columns: Mapping[str, str]) -> tuple[Column, ...]:
    return tuple(int_array if kind in ("int", "bigint") else text_array for kind in columns.values())


def _lock(name: str, end: str) -> Spellings:
    many, lone = "c.id = ANY($1::bigint[]) ORDER BY c.id", "c.id = $1::bigint"
    sql = _LOCK_SQL + end
    return Spellings(
        Statement(name, sql.replace("[these]", many)),
        Statement(f"{name}_lone", sql.replace("[these]", lone)),
        (_kinds({"id": "bigint"}),),
    )


def _gate(name: str, quoted: str, files: str, quotes: str) -> Spellings:
    sql = _GATE_SQL.replace("[quoted]", quoted).replace("[files]", files).replace("[quotes]", quotes)
    return _spellings(name, sql, drafts=_DRAFTS)


def _store(name: str, attached: str, taken: str) -> Spellings:
    sql = _STORE_SQL.replace("[attached]", attached).replace("[taken]", taken)
    return _spellings(name, sql, messages=_MESSAGES, positions=_POSITIONS, seats=_SEATS)


# most messages quote nothing and bring no files: leaving that out of a plan saves a tenth of a lone send's time
LOCK = _lock("lock_conversations", "")
LOCK_FREE = _lock("lock_free_conversations", " SKIP LOCKED")
GATE = _gate("gate_of_sends", _QUOTED, _FILES, _QUOTES)
GATE_PLAIN = _gate("gate_of_plain_sends", "NULL, NULL, NULL, NULL, NULL, NULL", "NULL", "")
STORE = _store("store_messages", _ATTACHED, _TAKEN)
STORE_PLAIN = _store("store_plain_messages", "", "0")
