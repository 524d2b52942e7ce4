"""Counters that run out after a while, shared by all processes through Valkey; this process's own while it is away."""

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from threading import Lock
from typing import Any, cast

from django.conf import settings
from redis import Redis, exceptions
from redis.exceptions import NoScriptError, RedisError

from messenger.outages import Outages

MAX_LOCAL_COUNTERS = 50_000

# KEYS: every window of every demand. ARGV: for each demand its number of windows, then limit and milliseconds of each.
# Answers for each demand {0, 0}, or {position of the exhausted window from 1, milliseconds until it starts anew}.
_TAKE = """
local answers, key, at = {}, 1, 1
while at <= #ARGV do
    local windows, hit, left = tonumber(ARGV[at]), 0, 0
    for w = 1, windows do
        local used = redis.call('INCR', KEYS[key + w - 1])
        if used == 1 then redis.call('PEXPIRE', KEYS[key + w - 1], ARGV[at + 2 * w]) end
        if used > tonumber(ARGV[at + 2 * w - 1]) then
            local ttl = redis.call('PTTL', KEYS[key + w - 1])
            if hit == 0 or ttl > left then hit, left = w, ttl end
        end
    end
    if hit > 0 then
        for w = 1, windows do redis.call('DECR', KEYS[key + w - 1]) end
    end
    answers[#answers + 1] = {hit, left}
    key, at = key + windows, at + 1 + 2 * windows
end
return answers
"""
_GIVE_BACK = """
for _, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') > 0 then redis.call('DECR', key) end
end
"""
_PEEK = """
local answers = {}
for i, key in ipairs(KEYS) do
    answers[i] = {tonumber(redis.call('GET', key) or '0'), redis.call('PTTL', key)}
end
return answers
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """At most `limit` in `seconds`, which begin with the first use."""

    key: str
    limit: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Hit:
    """The exhausted window of a demand, by its place; where several are, the one that lasts longest."""

    index: int
    resets_in_s: float


@dataclass(frozen=True, slots=True)
class State:
    used: int
    resets_in_s: float


def take(demands: Sequence[Sequence[Window]]) -> list[Hit | None]:
    """Count one use in all windows of each demand, in order, or in none of them where one is exhausted."""
    if _valkey.is_worth_asking:
        try:
            taken = _take_shared(demands)
        except (RedisError, OSError) as error:
            _valkey.note_failure(error)
        else:
            _valkey.note_answer()
            return taken
    return [_local.take(windows) for windows in demands]


def begin_take(demands: Sequence[Sequence[Window]]) -> Callable[[], list[Hit | None]]:
    """Ask for what `take` gives, and return what waits for the answer: the time between is the caller's.

    For this thread, once. Where the thread asks for anything else in between, this is asked anew, and may count twice.
    """
    if not (demands and _valkey.is_worth_asking):
        return partial(take, demands)
    try:
        answer = _begin(_TAKE, *_places_of(demands))
    except (RedisError, OSError) as error:
        return partial(_take_after, error, demands)

    def taken() -> list[Hit | None]:
        try:
            hits = _hits_in(answer())
        except (RedisError, OSError) as error:
            return _take_after(error, demands)
        _valkey.note_answer()
        return hits

    return taken


def _take_after(error: Exception, demands: Sequence[Sequence[Window]]) -> list[Hit | None]:
    """Ask once more, since the connection had gone or the script is not there yet; but not a Valkey that hangs."""
    if isinstance(error, TimeoutError | exceptions.TimeoutError):
        _valkey.note_failure(error)
    return take(demands)


def give_back(windows: Sequence[Window]) -> None:
    """Undo one use of each window: what was counted turned out not to count."""
    if _valkey.is_worth_asking:
        try:
            _run(_GIVE_BACK, [window.key for window in windows])
        except (RedisError, OSError) as error:
            _valkey.note_failure(error)
    for window in windows:
        _local.give_back(window)


def peek(windows: Sequence[Window]) -> list[State]:
    """How far each window is used; changes nothing."""
    if _valkey.is_worth_asking:
        try:
            rows = cast("list[tuple[int, int]]", _run(_PEEK, [window.key for window in windows]))
            return [State(used, max(0, left) / 1000) for used, left in rows]
        except (RedisError, OSError) as error:
            _valkey.note_failure(error)
    return [_local.peek(window) for window in windows]


def _take_shared(demands: Sequence[Sequence[Window]]) -> list[Hit | None]:
    return _hits_in(_run(_TAKE, *_places_of(demands)))


def _places_of(demands: Sequence[Sequence[Window]]) -> tuple[list[str], list[int]]:
    """The keys and arguments of `_TAKE`."""
    keys: list[str] = []
    arguments: list[int] = []
    for windows in demands:
        arguments.append(len(windows))
        for window in windows:
            keys.append(window.key)
            arguments += [window.limit, window.seconds * 1000]
    return keys, arguments


def _hits_in(answer: object) -> list[Hit | None]:
    rows = cast("list[tuple[int, int]]", answer)
    return [Hit(place - 1, max(0, left) / 1000) if place else None for place, left in rows]


class _LocalCounters:
    """This process's counters: key → (used, when it starts anew), at most `MAX_LOCAL_COUNTERS`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counters: dict[str, tuple[int, float]] = {}

    def take(self, windows: Sequence[Window]) -> Hit | None:
        now = time.monotonic()
        with self._lock:
            states = [self._state(window.key, now) for window in windows]
            hits = [
                Hit(index, state.resets_in_s)
                for index, (window, state) in enumerate(zip(windows, states, strict=True))
                if state.used >= window.limit
            ]
            if hits:
                return max(hits, key=lambda hit: hit.resets_in_s)
            self._make_room(now)
            for window, state in zip(windows, states, strict=True):
                resets_at = now + (state.resets_in_s if state.used else window.seconds)
                self._counters[window.key] = (state.used + 1, resets_at)
        return None

    def give_back(self, window: Window) -> None:
        with self._lock:
            used, resets_at = self._counters.get(window.key, (0, 0.0))
            if used > 0:
                self._counters[window.key] = (used - 1, resets_at)

    def peek(self, window: Window) -> State:
        with self._lock:
            return self._state(window.key, time.monotonic())

    def _state(self, key: str, now: float) -> State:
        used, resets_at = self._counters.get(key, (0, now))
        return State(used, resets_at - now) if resets_at > now else State(0, 0)

    def _make_room(self, now: float) -> None:
        if len(self._counters) < MAX_LOCAL_COUNTERS:
            return
        self._counters = {key: entry for key, entry in self._counters.items() if entry[1] > now}
        while len(self._counters) >= MAX_LOCAL_COUNTERS:
            del self._counters[next(iter(self._counters))]


_local = _LocalCounters()
_valkey = Outages("counting limits in this process")


_own = threading.local()


def _run(script: str, keys: Sequence[str], arguments: Sequence[int] = ()) -> object:
    """Run a script on this thread's own connection: a pool costs a fifth of so short a call."""
    client = _client()
    execute: Callable[..., object] = client.execute_command
    try:
        return execute("EVALSHA", _digest_of(script), len(keys), *keys, *arguments)
    except NoScriptError:
        return execute("EVAL", script, len(keys), *keys, *arguments)


def _begin(script: str, keys: Sequence[str], arguments: Sequence[int]) -> Callable[[], object]:
    """Send a script on this thread's own connection, and return what reads its answer."""
    connection: Any = _client().connection
    connection.send_command("EVALSHA", _digest_of(script), len(keys), *keys, *arguments)
    asked = _own.asked = object()

    def answer() -> object:
        if _own.asked is not asked:
            raise RedisError("something else was asked in between")
        _own.asked = None
        return connection.read_response()

    return answer


def _client() -> Redis:
    url = settings.REDIS_URL
    if getattr(_own, "url", None) != url:
        _own.client = Redis.from_url(url, single_connection_client=True, socket_timeout=1.0, socket_connect_timeout=0.5)
        _own.url, _own.asked = url, None
    client: Redis = _own.client
    if _own.asked is not None:
        connection: Any = client.connection
        connection.disconnect()  # the answer that nobody has read is no answer to what comes now
        _own.asked = None
    return client


@cache
def _digest_of(script: str) -> str:
    return hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
