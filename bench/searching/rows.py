"""Many messages in many conversations, made by PostgreSQL itself: words drawn so that some are common and most rare."""

from typing import Final

import psycopg

PEOPLE: Final = 500
CONVERSATIONS_OF_ONE: Final = 40
WORDS: Final = 20_000

_PEOPLE = """
INSERT INTO messenger_user (id, password, is_superuser, email, display_name, avatar, role, subscription_tier, locale,
    timezone, presence_visible, session_epoch, suspension_reason, is_active, is_staff, created_at, updated_at)
SELECT n, '!', false, 'person' || n || '@bench.example', 'Person ' || n, '', 'customer', 'pro_plus', 'en', 'UTC', true,
       0, '', true, false, now(), now() FROM generate_series(1, {people}) n
"""
_CONVERSATIONS = """
INSERT INTO messenger_conversation (id, type, title, avatar, status, context_type, context_reference, context_title,
    context_image, context_url, current_action_data, metadata, participant_count, last_seq, version, countable_seq,
    last_activity_at, created_at, updated_at)
SELECT n, 'enquiry', '', '', 'active', '', '', '', '', '', '{{}}', '{{}}', 2, 0, 1, 0, now(), now(), now()
FROM generate_series(1, {people} * {each} / 2) n
"""
_SEATS = """
INSERT INTO messenger_participant (conversation_id, user_id, member_role, last_read_seq, last_delivered_seq,
    read_countable, own_above, deleted_above, deleted_up_to_seq, joined_seq, history_from_seq, has_spoken, is_pinned,
    is_muted, is_archived, is_hidden, marked_unread, notify, draft_rev, private_version, widened_version, joined_at)
SELECT n, person, 'member', 0, 0, 0, 0, 0, 0, 0, 1, true, false, false, false, false, false, 'all', 0, 0, 0, now()
FROM generate_series(1, {people} * {each} / 2) n,
     LATERAL (VALUES (1 + n % {people}), (1 + (n * 7919 + 13) % {people})) AS v(person)
ON CONFLICT DO NOTHING
"""
_MESSAGES = """
INSERT INTO messenger_message (conversation_id, seq, version, countable_seq, sender_id, type, content, metadata,
    mentions, fingerprint, door, has_reactions, has_attachments, removed_by_moderator, created_at, updated_at, search)
SELECT c, s, s, s, 1 + c % {people}, 'text', t.content, '{{}}', '[]', '', 'bench', false, false, false, now(), now(),
       to_tsvector('english', t.content) || to_tsvector('simple', t.content) || array_to_tsvector(ARRAY['c:' || c])
FROM generate_series(1, {people} * {each} / 2) c, generate_series(1, {in_each}) s,
     LATERAL (SELECT string_agg('word' || floor({words} * power(random(), 4) + 0 * (c + s + w)), ' ') AS content
              FROM generate_series(1, 12) w) t
"""
_COUNT = """
UPDATE messenger_conversation SET last_seq = {in_each}, version = {in_each}, countable_seq = {in_each}
"""


def fill(url: str, *, messages: int) -> None:
    """Write people, conversations, seats and about so many messages into empty tables of the product."""
    numbers = {
        "people": PEOPLE,
        "each": CONVERSATIONS_OF_ONE,
        "words": WORDS,
        "in_each": max(1, messages * 2 // (PEOPLE * CONVERSATIONS_OF_ONE)),
    }
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in (_PEOPLE, _CONVERSATIONS, _SEATS, _MESSAGES, _COUNT):
            connection.execute(statement.format(**numbers).encode())
        connection.execute("VACUUM ANALYZE")
