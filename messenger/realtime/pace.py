"""How many events one connection may send, and how often the chatty ones are carried out."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

Said = TypeVar("Said")

STRIKES_TO_CLOSE = 3
COALESCE_EVERY_S = 1.05
MAX_WAITING = 50
MAX_REFUSED = 20
REFUSED_WITHIN_S = 60.0
FLOOD_PAUSE_S = 0.05
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
        self.limit = 0

    def retry_after(self) -> float | None:
        """Count one event: None where it is within the limits, else the seconds until the next one is.

        `limit` is then the one that was hit.
        """
        now, wait = self._now(), 0.0
        for index, (limit, seconds) in enumerate(self._limits):
            start, count = self._windows[index]
            if now - start >= seconds:
                start, count = now, 0
            self._windows[index] = (start, count + 1)
            if count >= limit and start + seconds - now > wait:
                wait, self.limit = start + seconds - now, limit
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
    said: Any
    answers: list[asyncio.Future[Any]] = field(default_factory=list)


class Coalescer:
    """Carries out events of one key at most once a second: the first at once, of those that follow what they come to.

    Every caller gets the answer of the run that stands for theirs.
    """

    def __init__(self) -> None:
        self._last: dict[Hashable, float] = {}
        self._waiting: dict[Hashable, _Waiting] = {}
        self._timers: dict[Hashable, asyncio.TimerHandle] = {}
        self._running = 0
        self._refused: deque[float] = deque(maxlen=MAX_REFUSED)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_crowded(self) -> bool:
        """True while more waits, or after more was refused, than a client at work would ask for.

        Further events then count like any.
        """
        if self._running > MAX_WAITING:
            return True
        return len(self._refused) == MAX_REFUSED and time.monotonic() - self._refused[0] < REFUSED_WITHIN_S

    def note_refusal(self) -> None:
        """Note that what somebody asked for was refused."""
        self._refused.append(time.monotonic())

    async def run(
        self,
        key: Hashable,
        said: Said,
        carry_out: Callable[[Said], Awaitable[Any]],
        merged: Callable[[Said, Said], Said],
    ) -> Any:
        """The answer of `carry_out(said)`, or of what `merged` makes of this and others of the same key."""
        self._running += 1
        try:
            return await self._run(key, said, carry_out, merged)
        finally:
            self._running -= 1

    def settle(self, key: Hashable, answer: object) -> None:
        """Answer what waits under this key without carrying it out: something else has overtaken it."""
        waiting = self._waiting.pop(key, None)
        if waiting is not None:
            self._timers.pop(key).cancel()
            _tell(waiting, answer)

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
        self,
        key: Hashable,
        said: Said,
        carry_out: Callable[[Said], Awaitable[Any]],
        merged: Callable[[Said, Said], Said],
    ) -> Any:
        loop = asyncio.get_running_loop()
        due = self._last.get(key, 0.0) + COALESCE_EVERY_S
        waiting = self._waiting.get(key)
        if waiting is None and loop.time() >= due:
            self._remember(key, loop.time())
            return await carry_out(said)
        if waiting is None:
            waiting = self._waiting[key] = _Waiting(said)
            self._timers[key] = loop.call_at(due, self._start, key, carry_out)
        else:
            waiting.said = merged(waiting.said, said)
        answer = loop.create_future()
        waiting.answers.append(answer)
        return await answer

    def _remember(self, key: Hashable, now: float) -> None:
        if len(self._last) > 256:
            self._last = {known: at for known, at in self._last.items() if at + COALESCE_EVERY_S > now}
        self._last[key] = now

    def _start(self, key: Hashable, carry_out: Callable[[Any], Awaitable[Any]]) -> None:
        waiting = self._waiting.pop(key, None)
        self._timers.pop(key, None)
        if waiting is not None:
            self._remember(key, asyncio.get_running_loop().time())
            task = asyncio.ensure_future(_carry_out(waiting, carry_out))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


async def _carry_out(waiting: _Waiting, carry_out: Callable[[Any], Awaitable[Any]]) -> None:
    try:
        result = await carry_out(waiting.said)
    except BaseException as error:
        for answer in waiting.answers:
            if not answer.done():
                answer.set_exception(error)
        if not isinstance(error, Exception):
            raise
        return
    _tell(waiting, result)


def _tell(waiting: _Waiting, result: object) -> None:
    for answer in waiting.answers:
        if not answer.done():
            answer.set_result(result)
