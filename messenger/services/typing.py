"""Typing is told and never stored. This process remembers when it last told of whom, to keep the pace."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.db import connection
from django.utils import timezone

from messenger import bus
from messenger.errors import MessengerError, NotFound
from messenger.events import TypingChanged
from messenger.models import User
from messenger.selectors.gates import blocked_sql, refusal_of

TOLD_AT_MOST_EVERY_S = 1.0
MAX_REMEMBERED = 20_000

_LOOK = f"""
SELECT w.i, c.type, c.status, c.chat_status, c.flow_state, u.suspended_until, u.display_name, room.people,
       {blocked_sql(kind="c.type", people="room.everybody", person="w.user_id")}
FROM unnest(%s::int[], %s::bigint[], %s::bigint[]) AS w(i, conversation_id, user_id)
JOIN messenger_participant s ON s.conversation_id = w.conversation_id AND s.user_id = w.user_id AND s.left_at IS NULL
JOIN messenger_conversation c ON c.id = w.conversation_id
JOIN messenger_user u ON u.id = w.user_id AND u.is_active
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(CASE WHEN b.blocker_id = w.user_id THEN b.blocked_id ELSE b.blocker_id END), '{{}}')
           AS people
    FROM messenger_block b WHERE b.blocker_id = w.user_id OR b.blocked_id = w.user_id) blocks
CROSS JOIN LATERAL (
    SELECT array_agg(p.user_id ORDER BY p.id) FILTER (
               WHERE NOT p.is_hidden AND p.user_id <> w.user_id AND p.user_id <> ALL(blocks.people)) AS people,
           array_agg(p.user_id) AS everybody
    FROM messenger_participant p WHERE p.conversation_id = c.id AND p.left_at IS NULL) room
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keystroke:
    """Somebody types in a conversation, or has stopped."""

    user_id: int
    conversation_id: int
    is_typing: bool = True


@dataclass(frozen=True, slots=True)
class _Facts:
    type: str
    status: str
    chat_status: str | None
    flow_state: str | None
    suspended_until: datetime | None
    display_name: str
    people: list[int] | None
    is_blocked: bool


def set_typing(*, typist: User, conversation_id: int, is_typing: bool = True) -> None:
    """Tell the others that somebody types, or has stopped: at most once a second, whatever is called.

    :raises NotFound: the typist takes no part in the conversation.
    :raises MessengerError: what the gate of sending refuses.
    """
    (refusal,) = tell_typing([Keystroke(user_id=typist.pk, conversation_id=conversation_id, is_typing=is_typing)])
    if refusal is not None:
        raise refusal


def note_told(conversation_id: int, user_id: int) -> None:
    """Another process told of somebody just now: their next event from here waits as long as after one of ours."""
    _pace.may_tell(conversation_id, user_id)


def tell_typing(keystrokes: Sequence[Keystroke]) -> list[MessengerError | None]:
    """Tell of a batch at once: one statement. The refusal of each, or None where it was taken.

    An end within a second of the last event has nobody for its audience; whoever ends what is not repeated
    (`realtime.typists`) tells it when the second is over.
    """
    refusals: list[MessengerError | None] = [NotFound()] * len(keystrokes)
    events, now = [], timezone.now()
    for index, facts in _facts_of(keystrokes).items():
        stroke = keystrokes[index]
        refusals[index] = _refusal(facts, now)
        is_told = refusals[index] is None and _pace.may_tell(stroke.conversation_id, stroke.user_id)
        if is_told or (refusals[index] is None and not stroke.is_typing):
            events.append(
                TypingChanged(
                    audience=tuple(facts.people or ()) if is_told else (),
                    conversation_id=stroke.conversation_id,
                    user_id=stroke.user_id,
                    user_name=facts.display_name,
                    is_typing=stroke.is_typing,
                )
            )
    bus.publish_now(*events)
    return refusals


class _Pace:
    """When somebody's typing was last told, by (conversation, user); bounded."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._told_at: dict[tuple[int, int], float] = {}

    def may_tell(self, conversation_id: int, user_id: int) -> bool:
        key, now = (conversation_id, user_id), time.monotonic()
        with self._lock:
            if now - self._told_at.get(key, -TOLD_AT_MOST_EVERY_S) < TOLD_AT_MOST_EVERY_S:
                return False
            self._told_at.pop(key, None)
            while len(self._told_at) >= MAX_REMEMBERED:
                del self._told_at[next(iter(self._told_at))]
            self._told_at[key] = now
        return True


_pace = _Pace()


def _facts_of(keystrokes: Sequence[Keystroke]) -> dict[int, _Facts]:
    with connection.cursor() as cursor:
        cursor.execute(
            _LOOK,
            [
                list(range(len(keystrokes))),
                [stroke.conversation_id for stroke in keystrokes],
                [stroke.user_id for stroke in keystrokes],
            ],
        )
        return {row[0]: _Facts(*row[1:]) for row in cursor.fetchall()}


def _refusal(facts: _Facts, now: datetime) -> MessengerError | None:
    return refusal_of(facts, suspended_until=facts.suspended_until, is_blocked=lambda: facts.is_blocked, now=now)
