"""Who is here, as leases: one for each connection, renewed by any sign of life, gone by itself when it runs out.

Kept in Valkey, keyed by user, so that all processes share them; this process's own while Valkey is away. A lease is
`online` or `away`; a person is online while any device is, away while all are or while they chose to be (a lease named
`chosen:…`, PUT `/presence`), offline without a lease. Of choices the last one counts. It lasts no longer than the last
connection, and a choice to be away as long as that; of somebody without a connection it is a lease like others. A
process knows only what was chosen at it: while Valkey is away it believes that for one lease, and never fills Valkey
with it.

A connection's lease is named `<connection>@<sign-in>` until it ends. A sign-in's lease by REST (`rest:<sign-in>`) is
for when it has no connection: a page that closes is offline after its grace, whatever it asked by REST before.
"""

import secrets
import time
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from threading import Lock
from typing import TypeVar, cast

from django.conf import settings
from redis import Redis
from redis.commands.core import Script
from redis.exceptions import RedisError

from messenger.outages import Outages
from presence.local_leases import AWAY, OFFLINE, ONLINE, Changed, LeaseChange, LocalLeases
from presence.retelling import Retelling

__all__ = ["AWAY", "OFFLINE", "ONLINE", "Changed", "LeaseChange", "again", "apply", "counts", "expire", "statuses_of"]

T = TypeVar("T")

MAX_EXPIRED_AT_ONCE = 1_000
SWEEP_HERE_EVERY_S = 10.0

_SHOWN, _DUE = "presence:shown", "presence:due"

# Each lease is a field of `presence:user:<id>`: state and end in ms. `presence:due` holds when a person's first lease
# ends, `presence:shown` what was last told. Answers user id and status for each person whose status changed.
_FUNCTIONS = """
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
local changes = {}
local function is_choice(lease) return string.sub(lease, 1, 7) == 'chosen:' end
local function is_rest(lease) return string.sub(lease, 1, 5) == 'rest:' end
local function is_connection(lease) return not is_choice(lease) and not is_rest(lease) end
local function sign_in_of(connection) return string.match(connection, '@(%d+)$') end
local function is_connected_by(user, sign_in)
    local fields = redis.call('HGETALL', 'presence:user:' .. user)
    for i = 1, #fields, 2 do
        local ends = tonumber(string.match(fields[i + 1], ':(%d+)'))
        if sign_in_of(fields[i]) == sign_in and ends > now then return true end
    end
    return false
end
local function settle(user)
    local key, status, first, last, is_connected = 'presence:user:' .. user, 'offline', nil, 0, false
    local choice, chosen, chosen_ends, has_lost_connection
    local fields = redis.call('HGETALL', key)
    for i = 1, #fields, 2 do
        local lease, state, ends = fields[i], string.match(fields[i + 1], '(%a+):(%d+)')
        ends = tonumber(ends)
        if ends <= now then
            redis.call('HDEL', key, lease)
            has_lost_connection = has_lost_connection or is_connection(lease)
        elseif is_choice(lease) then
            choice, chosen, chosen_ends = lease, state, ends
        else
            if state == 'online' or status == 'offline' then status = state end
            if first == nil or ends < first then first = ends end
            if ends > last then last = ends end
            is_connected = is_connected or is_connection(lease)
        end
    end
    if choice then
        local ends = chosen_ends
        if has_lost_connection and not is_connected or chosen == 'away' and last > ends or is_connected and last < ends
            then ends = last end
        if ends <= now then redis.call('HDEL', key, choice)
        else
            if ends ~= chosen_ends then redis.call('HSET', key, choice, chosen .. ':' .. ends) end
            if first == nil or ends < first then first = ends end
            status = chosen
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
        if known then
            redis.call('HDEL', key, lease)
            lease = string.match(lease, '^(.+)@') or lease
            redis.call('HSET', key, lease, string.match(known, '%a+') .. ':' .. (now + ms))
        end
    elseif not (is_rest(lease) and is_connected_by(user, string.sub(lease, 6))) then
        if state == 'alive' then
            local known = redis.call('HGET', key, lease)
            state = known and string.match(known, '%a+') or 'online'
        end
        if is_choice(lease) then
            settle(user)
            for _, other in ipairs(redis.call('HKEYS', key)) do
                if is_choice(other) then redis.call('HDEL', key, other) end
            end
        end
        if sign_in_of(lease) then redis.call('HDEL', key, 'rest:' .. sign_in_of(lease)) end
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
redis.call('SET', 'presence:generation', ARGV[2], 'NX')
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') or ''
return {redis.call('GET', 'presence:generation'), run, changes}
"""
)


def apply(changes: Sequence[LeaseChange]) -> Changed:
    """Carry out lease changes in one round trip; gives whose status changed by it, and to what."""
    if not changes:
        return []
    here = _local.apply(changes)
    return _told(_shared(lambda: _apply_shared(changes), meanwhile=lambda: here))


def expire() -> Changed:
    """Let leases run out whose time is over; gives whose status changed by it. Each change is given to one caller.

    Also brings Valkey up to date once it is back, or was emptied, with what this process holds.
    """
    return _told(_shared(_expire_shared, meanwhile=_local.expire))


def again() -> Changed:
    """Who is to be told of once more, because other processes may not have heard it, and as what."""
    ids = _retelling.take_due()
    known = statuses_of(ids)
    return [(user_id, known.get(user_id, OFFLINE)) for user_id in ids]


def statuses_of(user_ids: Collection[int]) -> dict[int, str]:
    """`online` or `away` of those who are; absent means offline."""
    ids = list(user_ids)
    if not ids:
        return {}
    return _shared(lambda: _statuses_shared(ids), meanwhile=lambda: _local.statuses_of(ids))


def counts() -> dict[str, int]:
    """How many people are online and away."""
    return _shared(_counts_shared, meanwhile=_local.counts)


def _shared(ask: Callable[[], T], *, meanwhile: Callable[[], T]) -> T:
    """What Valkey answers, or where it is away what this process knows."""
    if _valkey.is_worth_asking:
        try:
            return ask()
        except (RedisError, OSError) as error:
            if _valkey.note_failure(error):
                _retelling.outage_began()
                _local.expire()  # told long ago, by Valkey
    return meanwhile()


def _apply_shared(changes: Sequence[LeaseChange]) -> Changed:
    arguments: list[int | str] = []
    for change in changes:
        arguments += [change.user_id, change.lease, change.state, int(change.lasts_s * 1000)]
    return _changed(_scripts(settings.REDIS_URL)[0](args=arguments)) if arguments else []


def _expire_shared() -> Changed:
    script = _scripts(settings.REDIS_URL)[1]
    generation, run, rows = cast(
        "tuple[bytes, bytes, object]", script(args=[MAX_EXPIRED_AT_ONCE, secrets.token_hex(8)])
    )
    changed = _changed(rows)
    was_emptied, was_restarted = _kept.is_new("generation", generation), _kept.is_new("run", run)
    is_back = _valkey.note_answer() or was_restarted
    if is_back:
        _retelling.outage_ended()
    if is_back or was_emptied:
        changed += _apply_shared(_local.remaining())  # it knows again what this process holds
    if _kept.is_time_to_sweep():
        _local.expire()
    return changed


def _statuses_shared(ids: Sequence[int]) -> dict[int, str]:
    client = cast(Redis, _scripts(settings.REDIS_URL)[0].registered_client)
    shown = cast("list[bytes | None]", client.hmget(_SHOWN, [str(user_id) for user_id in ids]))
    return {user_id: value.decode() for user_id, value in zip(ids, shown, strict=True) if value}


def _counts_shared() -> dict[str, int]:
    client = cast(Redis, _scripts(settings.REDIS_URL)[0].registered_client)
    shown = [value.decode() for value in cast("list[bytes]", client.hvals(_SHOWN))]
    return {status: shown.count(status) for status in (ONLINE, AWAY)}


def _changed(rows: object) -> Changed:
    return [(int(user), status.decode()) for user, status in cast("list[tuple[bytes, bytes]]", rows)]


def _told(changed: Changed) -> Changed:
    if changed and settings.REDIS_URL != "memory":
        _retelling.note(changed)
    return changed


class _Kept:
    """Which Valkey this process has filled, and when its own leases were last looked at."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, bytes] = {}
        self._sweep_at = 0.0

    def is_new(self, name: str, value: bytes) -> bool:
        """True where Valkey's `generation` (it was emptied) or `run` (it was started anew) is not that of last time."""
        with self._lock:
            known, self._known[name] = self._known.get(name), value
            return known not in (None, value)

    def is_time_to_sweep(self) -> bool:
        now = time.monotonic()
        with self._lock:
            is_time = now >= self._sweep_at
            if is_time:
                self._sweep_at = now + SWEEP_HERE_EVERY_S
            return is_time


_local = LocalLeases()
_kept = _Kept()
_retelling = Retelling()
_valkey = Outages("keeping presence in this process")


@lru_cache(maxsize=4)
def _scripts(url: str) -> tuple[Script, Script]:
    client = Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=0.5)
    return client.register_script(_APPLY), client.register_script(_EXPIRE)
