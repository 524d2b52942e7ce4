"""What a connection begins with, in one statement for all who come at once: after a restart thousands do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from messenger.pg_text import int_array, text_array
from messenger.selectors.installation import epoch_of_database

# the conditions of `identity.still_valid`, spelled here since thousands ask at once
_ARRIVALS = """
SELECT asked.place, (SELECT epoch FROM messenger_installation WHERE id = 1), s.id, s.user_id, s.expires_at,
       coalesce(u.suspended_until > %(now)s, false), u.subscription_tier,
       (SELECT coalesce(sum(greatest(0, c.countable_seq - p.read_countable - p.own_above - p.deleted_above)), 0)::bigint
        FROM messenger_participant p JOIN messenger_conversation c ON c.id = p.conversation_id
        WHERE p.user_id = u.id AND p.left_at IS NULL AND NOT p.is_archived AND NOT p.is_hidden
          AND NOT (p.is_muted AND coalesce(p.muted_until, 'infinity') > now()))
FROM {asked} JOIN messenger_user u ON u.id = s.user_id
WHERE s.ended_at IS NULL AND s.expires_at > %(now)s AND s.session_epoch = u.session_epoch AND u.is_active
"""
_BY_TOKEN = _ARRIVALS.format(
    asked="""unnest(%(sign_in_ids)s::bigint[], %(user_ids)s::bigint[]) WITH ORDINALITY AS asked(id, user_id, place)
JOIN messenger_signin s ON s.id = asked.id AND s.user_id = asked.user_id AND s.kind = 'token'"""
)
_BY_SESSION = _ARRIVALS.format(
    asked="""unnest(%(key_hashes)s::text[]) WITH ORDINALITY AS asked(key_hash, place)
JOIN messenger_signin s ON s.session_key_hash = asked.key_hash AND s.kind = 'session'"""
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A sign-in that holds, and what the first event of its connection tells and its pace goes by.

    Whether its person is suspended is for the caller to judge.
    """

    epoch: str
    sign_in_id: int
    user_id: int
    expires_at: datetime
    is_suspended: bool
    tier: str
    unread_total: int


def arrivals_by_token(claims: Sequence[tuple[int, int]]) -> list[Arrival | None]:
    """For access tokens' claims (sign-in, user), in order; None where the sign-in has ended, expired or never was."""
    sign_in_ids, user_ids = (int_array(column) for column in zip(*claims, strict=True)) if claims else ("{}", "{}")
    return _arrivals(_BY_TOKEN, len(claims), sign_in_ids=sign_in_ids, user_ids=user_ids)


def arrivals_by_session(key_hashes: Sequence[str]) -> list[Arrival | None]:
    """For sessions' keys, in order; None where the sign-in has ended, expired or never was."""
    return _arrivals(_BY_SESSION, len(key_hashes), key_hashes=text_array(key_hashes))


def _arrivals(statement: str, count: int, **asked: str) -> list[Arrival | None]:
    found: list[Arrival | None] = [None] * count
    if not count:
        return found
    with connection.cursor() as cursor:
        cursor.execute(statement, {**asked, "now": timezone.now()})
        for place, epoch, *columns in cursor.fetchall():
            found[place - 1] = Arrival(epoch or epoch_of_database(), *columns)
    return found
