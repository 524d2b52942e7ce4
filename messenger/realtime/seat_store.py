"""What all processes hold of each place, in Valkey: a hash for each place, with a field for each process.

A process's fields count while its name lives, which it renews every moment: what a killed process held is free a few
seconds later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from django.conf import settings
from redis import Redis
from redis.commands.core import Script

NAME_LIVES_S = 6.0
PLACE_LIVES_S = 3 * 3600

_SHARE = """
local prefix, me, names = 'messenger:seats:', ARGV[1], {}
local was_known = redis.call('EXISTS', prefix .. 'process:' .. me)
redis.call('SET', prefix .. 'process:' .. me, '1', 'PX', ARGV[2])
local function held_by_others(key)
    local sum, fields = 0, redis.call('HGETALL', key)
    for i = 1, #fields, 2 do
        local name = fields[i]
        if name ~= me then
            if names[name] == nil then names[name] = redis.call('EXISTS', prefix .. 'process:' .. name) == 1 end
            if names[name] then sum = sum + tonumber(fields[i + 1]) else redis.call('HDEL', key, name) end
        end
    end
    return sum
end
local granted = {}
for i = 4, #ARGV, 4 do
    local key, held = prefix .. ARGV[i], tonumber(ARGV[i + 1])
    local wanted, given = tonumber(ARGV[i + 2]), 0
    if wanted > 0 then given = math.max(0, math.min(wanted, tonumber(ARGV[i + 3]) - held - held_by_others(key))) end
    if held + given > 0 then
        redis.call('HSET', key, me, held + given)
        redis.call('PEXPIRE', key, ARGV[3])
    else
        redis.call('HDEL', key, me)
    end
    granted[#granted + 1] = given
end
return {was_known, granted}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a process holds of a place, and how many more it wants while nobody's together exceed the limit."""

    place: str
    held: int
    wanted: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Whether Valkey still knew the process, and how many of what it wanted it was given, in order."""

    was_known: bool
    granted: list[int]


def share(name: str, holdings: Sequence[Holding]) -> Shared:
    """Write down what this process holds, give what it may have more, and keep its name alive; one round trip.

    :raises RedisError: Valkey is away.
    """
    arguments: list[int | str] = [name, int(NAME_LIVES_S * 1000), PLACE_LIVES_S * 1000]
    for holding in holdings:
        arguments += [holding.place, holding.held, holding.wanted, holding.limit]
    was_known, granted = cast("tuple[int, list[int]]", _script(settings.REDIS_URL)(args=arguments))
    return Shared(was_known=bool(was_known), granted=granted)


@lru_cache(maxsize=4)
def _script(url: str) -> Script:
    return Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=0.5).register_script(_SHARE)
