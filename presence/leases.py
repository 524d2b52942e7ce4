"""Who is here, as leases: one for each connection, renewed by any sign of life, gone by itself when it runs out.

Kept in Valkey, keyed by user, so that all processes share them; this process's own while Valkey is away. A lease is
`online` or `away`; a person is online while any device is, away while all are, offline without a lease.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import cast

import structlog
from django.conf import settings
from redis import Redis
from redis.commands.core import Script
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)

ONLINE, AWAY, OFFLINE = "online", "away", "offline"
MAX_EXPIRED_AT_ONCE = 1_000

_SHOWN, _DUE = "presence:shown", "presence:due"

# Each lease is a field of `presence:user:<id>`: state and end in ms. `presence:due` holds when a person's first lease
# ends, `presence:shown` what was last told. Answers user id and status for each person whose status changed.
_FUNCTIONS = """
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
local changes = {}
local function settle(user)
    local key, status, first = 'presence:user:' .. user, 'offline', nil
    local fields = redis.call('HGETALL', key)
    for i = 1, #fields, 2 do
        local state, ends = string.match(fields[i + 1], '(%a+):(%d+)')
        if tonumber(ends) <= now then
            redis.call('HDEL', key, fields[i])
        else
            if state == 'online' or status == 'offline' then status = state end
            if first == nil or tonumber(ends) < first then first = tonumber(ends) end
        end
    end
    if first then redis.call('ZADD', 'presence:due', first, user) else redis.call('ZREM', 'presence:due', user) end
    if (redis.call('HGET', 'presence:shown', user) or 'offline') ~= status then
        if status == 'offline' then redis.call('HDEL', 'presence:shown', user)
        else redis.call('HSET', 'presence:shown', user, status) end
        changes[#changes + 1] = {user, status}
    end
end
"""
_APPLY = (
    _FUNCTIONS
    + """
for i = 1, #ARGV, 4 do
    local user, lease, state, ms = ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3])
    local key = 'presence:user:' .. user
    if state == 'ending' then
        local known = redis.call('HGET', key, lease)
        if known then redis.call('HSET', key, lease, string.match(known, '%a+') .. ':' .. (now + ms)) end
    else
        if state == 'alive' then
            local known = redis.call('HGET', key, lease)
            state = known and string.match(known, '%a+') or 'online'
        end
        redis.call('HSET', key, lease, state .. ':' .. (now + ms))
        redis.call('PEXPIRE', key, 86400000)
    end
    settle(user)
end
return changes
"""
)
_EXPIRE = (
    _FUNCTIONS
    + """
for _, user in ipairs(redis.call('ZRANGEBYSCORE', 'presence:due', '-inf', now, 'LIMIT', 0, ARGV[1])) do settle(user) end
return changes
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseChange:
    """What happened to a lease: `online` or `away` renews it with that state, `alive` as it is, `ending` lets it run
    out after `lasts_s`."""

    user_id: int
    lease: str
    state: str
    lasts_s: float


Changed = list[tuple[int, str]]


def apply(changes: Sequence[LeaseChange]) -> Changed:
    """Carry out lease changes in one round trip; gives whose status changed by it, and to what."""
    if not changes:
        return []
    arguments: list[int | str] = []
    for change in changes:
        arguments += [change.user_id, change.lease, change.state, int(change.lasts_s * 1000)]
    if _shared.is_there:
        try:
            return _changed(_scripts(settings.REDIS_URL)[0](args=arguments))
        except (RedisError, OSError) as error:
            _shared.note_away(error)
    return _local.apply(changes)


def expire() -> Changed:
    """Let leases run out whose time is over; gives whose status changed by it. Each change is given to one caller."""
    if _shared.is_there:
        try:
            return _changed(_scripts(settings.REDIS_URL)[1](args=[MAX_EXPIRED_AT_ONCE]))
        except (RedisError, OSError) as error:
            _shared.note_away(error)
    return _local.expire()


def statuses_of(user_ids: Collection[int]) -> dict[int, str]:
    """`online` or `away` of those who are; absent means offline."""
    ids = list(user_ids)
    if not ids:
        return {}
    if _shared.is_there:
        try:
            client = _scripts(settings.REDIS_URL)[0].registered_client
            shown = cast("list[bytes | None]", cast(Redis, client).hmget(_SHOWN, [str(user_id) for user_id in ids]))
            return {user_id: value.decode() for user_id, value in zip(ids, shown, strict=True) if value}
        except (RedisError, OSError) as error:
            _shared.note_away(error)
    return _local.statuses_of(ids)


def counts() -> dict[str, int]:
    """How many people are online and away."""
    if _shared.is_there:
        try:
            client = cast(Redis, _scripts(settings.REDIS_URL)[0].registered_client)
            shown = [value.decode() for value in cast("list[bytes]", client.hvals(_SHOWN))]
            return {status: shown.count(status) for status in (ONLINE, AWAY)}
        except (RedisError, OSError) as error:
            _shared.note_away(error)
    return _local.counts()


def _changed(rows: object) -> Changed:
    return [(int(user), status.decode()) for user, status in cast("list[tuple[bytes, bytes]]", rows)]


class _LocalLeases:
    """This process's leases: user id → lease → (state, end)."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._leases: dict[int, dict[str, tuple[str, float]]] = {}
        self._shown: dict[int, str] = {}

    def apply(self, changes: Sequence[LeaseChange]) -> Changed:
        now, changed = time.monotonic(), []
        with self._lock:
            for change in changes:
                mine = self._leases.setdefault(change.user_id, {})
                known = mine.get(change.lease, (ONLINE, 0.0))[0]
                if change.state != "ending":
                    state = known if change.state == "alive" else change.state
                    mine[change.lease] = (state, now + change.lasts_s)
                elif change.lease in mine:
                    mine[change.lease] = (known, now + change.lasts_s)
                changed += self._settle(change.user_id, now)
        return changed

    def expire(self) -> Changed:
        now = time.monotonic()
        with self._lock:
            return [change for user_id in list(self._leases) for change in self._settle(user_id, now)]

    def statuses_of(self, user_ids: Collection[int]) -> dict[int, str]:
        with self._lock:
            return {user_id: self._shown[user_id] for user_id in user_ids if user_id in self._shown}

    def counts(self) -> dict[str, int]:
        with self._lock:
            return {status: list(self._shown.values()).count(status) for status in (ONLINE, AWAY)}

    def _settle(self, user_id: int, now: float) -> Changed:
        mine = {lease: kept for lease, kept in self._leases.get(user_id, {}).items() if kept[1] > now}
        self._leases[user_id] = mine
        states = {state for state, _ in mine.values()}
        status = ONLINE if ONLINE in states else AWAY if states else OFFLINE
        if not mine:
            del self._leases[user_id]
        if self._shown.get(user_id, OFFLINE) == status:
            return []
        if status == OFFLINE:
            self._shown.pop(user_id, None)
        else:
            self._shown[user_id] = status
        return [(user_id, status)]


class _Shared:
    """Valkey, left alone for a moment after each failure."""

    def __init__(self) -> None:
        self._away_until = 0.0

    @property
    def is_there(self) -> bool:
        return settings.REDIS_URL != "memory" and time.monotonic() >= self._away_until

    def note_away(self, error: Exception) -> None:
        self._away_until = time.monotonic() + 2.0
        logger.warning("keeping presence in this process", error=type(error).__name__)


_local = _LocalLeases()
_shared = _Shared()


@lru_cache(maxsize=4)
def _scripts(url: str) -> tuple[Script, Script]:
    client = Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=0.5)
    return client.register_script(_APPLY), client.register_script(_EXPIRE)
