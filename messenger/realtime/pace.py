"""How many events one connection may send, and how often the chatty ones are carried out."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

STRIKES_TO_CLOSE = 3
COALESCE_EVERY_S = 1.05
MAX_WAITING = 50
READING_BURST = 100
READING_BURST_S = 0.05


class EventPace:
    """Counts a connection's events in fixed windows; `limits` are (count, seconds), none means no limit."""

    def __init__(self, limits: Sequence[tuple[int, int]], *, now: Callable[[], float] = time.monotonic) -> None:
        self._limits = tuple(limits)
        self._now = now
        self._windows = [(now(), 0) for _ in self._limits]
        self._last_strike = -1
        self._strikes = 0

    def retry_after(self) -> float | None:
        """Count one event: None where it is within the limits, else the seconds until the next one is."""
        now, wait = self._now(), 0.0
        for index, (limit, seconds) in enumerate(self._limits):
            start, count = self._windows[index]
            if now - start >= seconds:
                start, count = now, 0
            self._windows[index] = (start, count + 1)
            if count >= limit:
                wait = max(wait, start + seconds - now)
        if wait:
            self._strike(int(now // 60))
        return wait or None

    @property
    def is_hopeless(self) -> bool:
        """True once the connection was over its limit in three minutes running (close 4008)."""
        return self._strikes >= STRIKES_TO_CLOSE

    def _strike(self, minute: int) -> None:
        if minute == self._last_strike:
            return
        self._strikes = self._strikes + 1 if minute == self._last_strike + 1 else 1
        self._last_strike = minute


class ReadingPace:
    """How fast one connection is read: a flood fills the sender's own buffers, and the others get their turn."""

    __slots__ = ("_count", "_since")

    def __init__(self) -> None:
        self._count = 0
        self._since = time.monotonic()

    async def after_one(self) -> None:
        """Call this after each message that was read."""
        self._count += 1
        if self._count == READING_BURST:
            self._count = 0
            await asyncio.sleep(max(0.0, self._since + READING_BURST_S - time.monotonic()))
            self._since = time.monotonic()


@dataclass(slots=True)
class _Waiting:
    data: dict[str, Any]
    answers: list[asyncio.Future[Any]] = field(default_factory=list)


class Coalescer:
    """Carries out events of one key at most once a second: the first at once, of those that follow the last.

    Every caller gets the answer of the run that stands for theirs.
    """

    def __init__(self) -> None:
        self._last: dict[object, float] = {}
        self._waiting: dict[object, _Waiting] = {}
        self._timers: dict[object, asyncio.TimerHandle] = {}
        self._running = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_crowded(self) -> bool:
        """True while more waits than a client at work would ask for: further events then count like any."""
        return self._running > MAX_WAITING

    async def run(
        self, key: object, data: dict[str, Any], carry_out: Callable[[dict[str, Any]], Awaitable[Any]]
    ) -> Any:
        """The answer of `carry_out(data)`, or of the later call of the same key that replaced this one."""
        self._running += 1
        try:
            return await self._run(key, data, carry_out)
        finally:
            self._running -= 1

    def close(self) -> None:
        """Forget what waits: the connection is gone."""
        for timer in self._timers.values():
            timer.cancel()
        for waiting in self._waiting.values():
            for answer in waiting.answers:
                answer.cancel()
        self._waiting.clear()
        self._timers.clear()

    async def _run(
        self, key: object, data: dict[str, Any], carry_out: Callable[[dict[str, Any]], Awaitable[Any]]
    ) -> Any:
        loop = asyncio.get_running_loop()
        due = self._last.get(key, 0.0) + COALESCE_EVERY_S
        if key not in self._waiting and loop.time() >= due:
            self._remember(key, loop.time())
            return await carry_out(data)
        waiting = self._waiting.get(key)
        if waiting is None:
            waiting = self._waiting[key] = _Waiting(data)
            self._timers[key] = loop.call_at(due, self._start, key, carry_out)
        waiting.data = _further(waiting.data, data)
        answer = loop.create_future()
        waiting.answers.append(answer)
        return await answer

    def _remember(self, key: object, now: float) -> None:
        if len(self._last) > 256:
            self._last = {known: at for known, at in self._last.items() if at + COALESCE_EVERY_S > now}
        self._last[key] = now

    def _start(self, key: object, carry_out: Callable[[dict[str, Any]], Awaitable[Any]]) -> None:
        waiting = self._waiting.pop(key, None)
        self._timers.pop(key, None)
        if waiting is not None:
            self._remember(key, asyncio.get_running_loop().time())
            task = asyncio.ensure_future(_settle(waiting, carry_out))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


async def _settle(waiting: _Waiting, carry_out: Callable[[dict[str, Any]], Awaitable[Any]]) -> None:
    try:
        result = await carry_out(waiting.data)
    except BaseException as error:
        for answer in waiting.answers:
            if not answer.done():
                answer.set_exception(error)
        if not isinstance(error, Exception):
            raise
        return
    for answer in waiting.answers:
        if not answer.done():
            answer.set_result(result)


def _further(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The later of two; of two read or delivered pointers, the one that lies further."""
    before, after = old.get("upToSeq"), new.get("upToSeq")
    if isinstance(before, int) and isinstance(after, int) and before > after:
        return old
    return new
