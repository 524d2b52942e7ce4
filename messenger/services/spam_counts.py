"""How often somebody sent the same text lately. What never repeats costs no round trip.

Each process remembers every sender's last texts; only what it has seen before is counted in Valkey, for all processes
together (here while it is away). Texts are known there by a keyed hash, for ten minutes.
"""

import time
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import NamedTuple, cast

from django.conf import settings
from redis import Redis
from redis.commands.core import Script
from redis.exceptions import RedisError

from messenger.outages import Outages

ELSEWHERE_S, HERE_S, BURST_S = 600, 60, 10.0
TEXTS_OF_A_SENDER, MAX_SENDERS = 32, 20_000
MAX_LOCAL = 20_000

# KEYS: for each text its set of conversations and its counter in this one. ARGV: the conversation where it was seen
# first and this one. Answers {conversations, times here} for each.
_NOTE = """
local answers = {}
for i = 1, #KEYS, 2 do
    redis.call('SADD', KEYS[i], ARGV[i], ARGV[i + 1])
    redis.call('EXPIRE', KEYS[i], 600)
    local times = redis.call('INCR', KEYS[i + 1])
    if times == 1 then redis.call('EXPIRE', KEYS[i + 1], 60) end
    answers[#answers + 1] = {redis.call('SCARD', KEYS[i]), times}
end
return answers
"""


class Seen(NamedTuple):
    """What this process remembers: where it saw the text first (None: never), and the sender's messages in 10 s."""

    first_conversation_id: int | None
    burst: int


class Copy(NamedTuple):
    """A text that its sender has sent before, known by its hash."""

    sender_id: int
    text: str
    first_conversation_id: int
    conversation_id: int


class Copies(NamedTuple):
    """In how many conversations the text was within ten minutes, and how often in this one within one."""

    elsewhere: int
    here: int


class Memory:
    """Every sender's last texts and pace, in this process; the senders who wrote last are kept."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._senders: dict[int, tuple[dict[int, int], list[float]]] = {}

    def note(self, sightings: Sequence[tuple[int, int, int | None]]) -> list[Seen]:
        """Note (sender, conversation, text as a number or None) of each, and say what was known before."""
        now = time.monotonic()
        with self._lock:
            return [self._note(sender_id, place, text, now) for sender_id, place, text in sightings]

    def _note(self, sender_id: int, conversation_id: int, text: int | None, now: float) -> Seen:
        known = self._senders.pop(sender_id, None)
        if known is None:
            known = ({}, [now, 0])
            if len(self._senders) >= MAX_SENDERS:
                del self._senders[next(iter(self._senders))]
        self._senders[sender_id] = known
        texts, pace = known
        if now - pace[0] > BURST_S:
            pace[0], pace[1] = now, 0
        pace[1] += 1
        if text is None:
            return Seen(None, int(pace[1]))
        first = texts.get(text)
        if first is None:
            if len(texts) >= TEXTS_OF_A_SENDER:
                del texts[next(iter(texts))]
            texts[text] = conversation_id
        return Seen(first, int(pace[1]))


def count(copies: Sequence[Copy]) -> list[Copies]:
    """Count each, in order, in one round trip. The first one of a text was counted nowhere: it is added here."""
    if _outages.is_worth_asking:
        try:
            keys = [key for copy in copies for key in _keys(copy)]
            places = [place for copy in copies for place in (copy.first_conversation_id, copy.conversation_id)]
            rows = cast("list[tuple[int, int]]", _script(settings.REDIS_URL)(keys=keys, args=places))
            _outages.note_answer()
            return [Copies(elsewhere, here + 1) for elsewhere, here in rows]
        except (RedisError, OSError) as error:
            _outages.note_failure(error)
    return [_local.count(copy) for copy in copies]


def _keys(copy: Copy) -> tuple[str, str]:
    elsewhere = f"messenger:spam:{copy.sender_id}:{copy.text}"
    return elsewhere, f"{elsewhere}:{copy.conversation_id}"


class _LocalCounts:
    """This process's own: key → (conversations or times, when it is forgotten), at most `MAX_LOCAL`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._places: dict[str, tuple[set[int], float]] = {}
        self._times: dict[str, tuple[int, float]] = {}

    def count(self, copy: Copy) -> Copies:
        now, (elsewhere, here) = time.monotonic(), _keys(copy)
        with self._lock:
            if len(self._places) + len(self._times) >= MAX_LOCAL:
                self._places.clear()
                self._times.clear()
            places, until = self._places.get(elsewhere, (set(), 0.0))
            places = {copy.first_conversation_id, copy.conversation_id} | (places if until > now else set())
            self._places[elsewhere] = (places, now + ELSEWHERE_S)
            times, until = self._times.get(here, (0, 0.0))
            times, until = (times + 1, until) if until > now else (1, now + HERE_S)
            self._times[here] = (times, until)
        return Copies(len(places), times + 1)


memory = Memory()
_local = _LocalCounts()
_outages = Outages("counting repeats in this process")


@lru_cache(maxsize=4)
def _script(url: str) -> Script:
    client = Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=0.5)
    return client.register_script(_NOTE)
