"""What a connection begins with, in one statement each: a process that was restarted greets thousands at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from messenger.models import User
from messenger.selectors.installation import epoch_of_database

# the conditions of `identity.still_valid`, spelled here since thousands ask at once
_PROVEN = """
SELECT s.id, s.user_id, s.expires_at, coalesce(u.suspended_until > %(now)s, false)
FROM messenger_signin s JOIN messenger_user u ON u.id = s.user_id
WHERE s.ended_at IS NULL AND s.expires_at > %(now)s AND s.session_epoch = u.session_epoch AND u.is_active
"""
_BY_TOKEN = f"{_PROVEN} AND s.kind = 'token' AND s.id = %(sign_in_id)s AND s.user_id = %(user_id)s"
_BY_SESSION = f"{_PROVEN} AND s.kind = 'session' AND s.session_key_hash = %(key_hash)s"

_ARRIVAL = """
SELECT u.subscription_tier,
       (SELECT coalesce(sum(greatest(0, c.countable_seq - s.read_countable - s.own_above - s.deleted_above)), 0)
        FROM messenger_participant s JOIN messenger_conversation c ON c.id = s.conversation_id
        WHERE s.user_id = u.id AND s.left_at IS NULL AND NOT s.is_archived AND NOT s.is_hidden
          AND NOT (s.is_muted AND coalesce(s.muted_until, 'infinity') > now())),
       (SELECT epoch FROM messenger_installation WHERE id = 1)
FROM messenger_user u WHERE u.id = %s
"""


@dataclass(frozen=True, slots=True)
class SignInRow:
    """A sign-in that holds; whether its person is suspended is for the caller to judge."""

    id: int
    user_id: int
    expires_at: datetime
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the first event of a connection tells, and what its pace goes by."""

    tier: str
    unread_total: int
    epoch: str


def sign_in_by_token(*, sign_in_id: int, user_id: int) -> SignInRow | None:
    """The sign-in of an access token's claims; None where it has ended, expired or never was."""
    return _sign_in(_BY_TOKEN, {"sign_in_id": sign_in_id, "user_id": user_id})


def sign_in_by_session(*, key_hash: str) -> SignInRow | None:
    """The sign-in of a session's key; None where it has ended, expired or never was."""
    return _sign_in(_BY_SESSION, {"key_hash": key_hash})


def arrival_of(*, user_id: int) -> Arrival:
    """Tier, unread messages and epoch for somebody who was proved a moment ago.

    :raises User.DoesNotExist: they are gone meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVAL, [user_id])
        row = cursor.fetchone()
    if row is None:
        raise User.DoesNotExist
    return Arrival(tier=row[0], unread_total=int(row[1]), epoch=row[2] or epoch_of_database())


def _sign_in(statement: str, values: dict[str, Any]) -> SignInRow | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "now": timezone.now()})
        row = cursor.fetchone()
    return None if row is None else SignInRow(*row)
