"""Where the deployment's measures are kept: in Valkey for all processes, and each process's own beside it."""

import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any, cast

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from messenger.outages import Outages

MINUTES_SHOWN = 60
MINUTES_KEPT = 24 * 60
PROCESS_LIVES_S = 12.0
REST_LIVES_S = 75.0

_KEY = "messenger:measures"
_MESSAGES = "messages"

Counts = Mapping[tuple[int, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one process has to say: its new counts by (minute, name), and who is connected to it how."""

    process_id: str
    counts: Counts
    connections: Mapping[str, int]
    people: Collection[int]
    rest: Mapping[str, float]


@dataclass(slots=True)
class Reading:
    """What all processes said: totals, counts of the last 60 minutes (oldest first), and who is connected."""

    totals: dict[str, int] = field(default_factory=dict)
    minutes: list[dict[str, int]] = field(default_factory=list)
    messages_last_day: int = 0
    connections: Counter[str] = field(default_factory=Counter)
    people: int = 0
    rest: int = 0


class ValkeyStore:
    """Shared by all processes. `RedisError` passes: the caller keeps what was not taken."""

    def add(self, report: Report, now: float) -> None:
        """Add a process's report, in one round trip."""
        pipe = _client(settings.REDIS_URL).pipeline(transaction=True)
        for (minute, name), number in report.counts.items():
            pipe.hincrby(f"{_KEY}:minute:{minute}", name, number)
            pipe.hincrby(f"{_KEY}:totals", name, number)
        for minute in {minute for minute, _ in report.counts}:
            pipe.expire(f"{_KEY}:minute:{minute}", (MINUTES_KEPT + 5) * 60)
        gauges, people = f"{_KEY}:connections:{report.process_id}", f"{_KEY}:people:{report.process_id}"
        pipe.delete(gauges, people)
        if report.connections:
            pipe.hset(gauges, items=[item for pair in report.connections.items() for item in pair])
            pipe.sadd(people, *report.people)
            for key in (gauges, people):
                pipe.pexpire(key, int(PROCESS_LIVES_S * 1000))
            pipe.zadd(f"{_KEY}:processes", {report.process_id: now})
        pipe.zremrangebyscore(f"{_KEY}:processes", 0, now - PROCESS_LIVES_S)
        if report.rest:
            pipe.zadd(f"{_KEY}:rest", dict(report.rest))
        pipe.zremrangebyscore(f"{_KEY}:rest", 0, now - REST_LIVES_S)
        pipe.execute()

    def read(self, now: float) -> Reading:
        """What all processes said, in two round trips."""
        client, this_minute = _client(settings.REDIS_URL), int(now) // 60
        names = client.zrangebyscore(f"{_KEY}:processes", now - PROCESS_LIVES_S, "+inf")
        processes = [name.decode() for name in cast("list[bytes]", names)]
        pipe = client.pipeline(transaction=False)
        pipe.hgetall(f"{_KEY}:totals")
        pipe.zcount(f"{_KEY}:rest", now - REST_LIVES_S, "+inf")
        for minute in range(this_minute - MINUTES_SHOWN + 1, this_minute + 1):
            pipe.hgetall(f"{_KEY}:minute:{minute}")
        for minute in range(this_minute - MINUTES_KEPT + 1, this_minute + 1):
            pipe.hget(f"{_KEY}:minute:{minute}", _MESSAGES)
        for process in processes:
            pipe.hgetall(f"{_KEY}:connections:{process}")
        if processes:
            pipe.sunion([f"{_KEY}:people:{process}" for process in processes])
        answers: list[Any] = pipe.execute()
        shown, kept = 2 + MINUTES_SHOWN, 2 + MINUTES_SHOWN + MINUTES_KEPT
        reading = Reading(
            totals=_numbers(answers[0]),
            rest=answers[1],
            minutes=[_numbers(answer) for answer in answers[2:shown]],
            messages_last_day=sum(int(answer or 0) for answer in answers[shown:kept]),
        )
        for answer in answers[kept : kept + len(processes)]:
            reading.connections.update(_numbers(answer))
        reading.people = len(answers[-1]) if processes else 0
        return reading


class LocalStore:
    """This process's own: the whole truth with `REDIS_URL=memory`, and what is known while Valkey is away."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._totals: Counter[str] = Counter()
        self._minutes: dict[int, Counter[str]] = {}
        self._rest: dict[str, float] = {}
        self._connections: Mapping[str, int] = {}
        self._people = 0

    def add(self, report: Report, now: float) -> None:
        """Add this process's report."""
        oldest = int(now) // 60 - MINUTES_KEPT
        with self._lock:
            for (minute, name), number in report.counts.items():
                self._totals[name] += number
                self._minutes.setdefault(minute, Counter())[name] += number
            self._minutes = {minute: counts for minute, counts in self._minutes.items() if minute > oldest}
            rest = {**self._rest, **report.rest}
            self._rest = {who: at for who, at in rest.items() if at > now - REST_LIVES_S}
            self._connections, self._people = dict(report.connections), len(set(report.people))

    def read(self, now: float) -> Reading:
        """What this process said."""
        this_minute = int(now) // 60
        with self._lock:
            return Reading(
                totals=dict(self._totals),
                minutes=[
                    dict(self._minutes.get(minute, {}))
                    for minute in range(this_minute - MINUTES_SHOWN + 1, this_minute + 1)
                ],
                messages_last_day=sum(counts[_MESSAGES] for counts in self._minutes.values()),
                connections=Counter(self._connections),
                people=self._people,
                rest=sum(at > now - REST_LIVES_S for at in self._rest.values()),
            )


class Stores:
    """Valkey and this process's own; Valkey is left alone for a moment after each failure."""

    def __init__(self) -> None:
        self._shared, self._local = ValkeyStore(), LocalStore()
        self._valkey = Outages("keeping measures in this process")

    def add(self, report: Report, *, pending: Counts) -> bool:
        """Take a report; `pending` are counts that Valkey did not get before. False: it did not get these either."""
        now = time.time()
        self._local.add(report, now)
        if not self._valkey.is_worth_asking:
            return settings.REDIS_URL == "memory"
        counts = Counter(dict(report.counts))
        counts.update(dict(pending))
        try:
            self._shared.add(
                Report(
                    process_id=report.process_id,
                    counts=counts,
                    connections=report.connections,
                    people=report.people,
                    rest=report.rest,
                ),
                now,
            )
        except (RedisError, OSError) as error:
            self._valkey.note_failure(error)
            return False
        self._valkey.note_answer()
        return True

    def read(self) -> Reading:
        """What all processes said; this one alone while Valkey is away."""
        now = time.time()
        if self._valkey.is_worth_asking:
            try:
                return self._shared.read(now)
            except (RedisError, OSError) as error:
                self._valkey.note_failure(error)
        return self._local.read(now)


def _numbers(answer: Mapping[bytes, bytes]) -> dict[str, int]:
    return {name.decode(): int(number) for name, number in answer.items()}


@lru_cache(maxsize=4)
def _client(url: str) -> Redis:
    return Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=0.5)
