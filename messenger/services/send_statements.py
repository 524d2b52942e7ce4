"""The SQL around a batch of sends; each statement takes the whole batch as arrays."""

from messenger.round_trips import Statement
from messenger.selectors.gates import blocked_sql

_LOCK_SQL = """
SELECT c.id, c.type, c.status, c.chat_status, c.flow_state, c.last_seq, c.version, c.countable_seq
FROM messenger_conversation c WHERE c.id = ANY($1::bigint[]) ORDER BY c.id FOR NO KEY UPDATE"""

_GATE_SQL = f"""
SELECT d.i, s.id, s.history_from_seq, u.display_name, u.avatar, u.role, u.subscription_tier, u.locale,
       u.is_active, u.suspended_until, m.id, m.fingerprint,
       [quoted],
       room.people, room.blind_from, room.revivable,
       {blocked_sql(people="room.people", person="d.sender_id")},
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
           to_tsvector(stemmer, plain) || to_tsvector('simple', plain) || array_to_tsvector(
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
RETURNING CASE WHEN x.revived THEN p.conversation_id END, p.user_id, p.private_version, [taken]
"""

_ATTACHED = """attached AS (
    UPDATE messenger_attachment a SET message_id = d.id, position = f.position
    FROM d CROSS JOIN LATERAL unnest(d.attachment_ids::bigint[]) WITH ORDINALITY AS f(id, position)
    WHERE d.attachment_ids <> '{}' AND a.id = f.id AND a.message_id IS NULL
    RETURNING a.id
), """
_TAKEN = "(SELECT count(*) FROM attached)"


def _gate(name: str, quoted: str, files: str, quotes: str) -> Statement:
    sql = _GATE_SQL.replace("[quoted]", quoted).replace("[files]", files).replace("[quotes]", quotes)
    return Statement(name, sql)


# most messages quote nothing and bring no files: leaving that out of a plan saves a tenth of a lone send's time
LOCK = Statement("lock_conversations", _LOCK_SQL)
LOCK_FREE = Statement("lock_free_conversations", _LOCK_SQL + " SKIP LOCKED")
GATE = _gate("gate_of_sends", _QUOTED, _FILES, _QUOTES)
GATE_PLAIN = _gate("gate_of_plain_sends", "NULL, NULL, NULL, NULL, NULL, NULL", "NULL", "")
STORE = Statement("store_messages", _STORE_SQL.replace("[attached]", _ATTACHED).replace("[taken]", _TAKEN))
STORE_PLAIN = Statement("store_plain_messages", _STORE_SQL.replace("[attached]", "").replace("[taken]", "0"))
