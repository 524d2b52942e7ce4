"""What this process holds of each place, shared with the other processes: many askers, one round trip at a time."""

import asyncio
import contextlib
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from redis.exceptions import RedisError

from messenger.outages import Outages
from messenger.realtime.seat_store import Holding, share

logger = structlog.get_logger(__name__)

RENEWED_EVERY_S = 1.5
WRITTEN_ANEW_EVERY_S = 3600.0
AT_ONCE = 1_000

_valkey = Outages("counting connections in each process for itself")


@dataclass(slots=True)
class _Asked:
    """Who waits for one of a place's `limit`."""

    limit: int = 0
    waiters: list["asyncio.Future[bool]"] = field(default_factory=list)


class SeatLedger:
    """Loop thread only. Its one task lives while this process holds anything or anybody waits.

    After an outage the process goes by a new name: what is written under the old one soon counts no more.
    """

    def __init__(self) -> None:
        self._name = secrets.token_hex(8)
        self._held: Counter[str] = Counter()
        self._asked: dict[str, _Asked] = {}
        self._changed: set[str] = set()
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._write_anew_at = 0.0

    def is_full(self, place: str, limit: int) -> bool:
        """True where this process alone holds, or waits for, all that may be had."""
        asked = self._asked.get(place)
        return self._held[place] + (len(asked.waiters) if asked else 0) >= limit

    def ask(self, place: str, limit: int) -> "asyncio.Future[bool]":
        """Ask for one of a place's `limit`; the answer comes a moment later, or at once while Valkey is away."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        asked = _Asked(limit, [answer])
        if not _valkey.is_worth_asking:
            self._settle_alone({place: asked})
        elif place in self._asked:
            self._asked[place].waiters.append(answer)
        else:
            self._asked[place] = asked
        self._wake()
        return answer

    def give_back(self, place: str) -> None:
        """Hold one less; a repeat is fine."""
        if self._held[place] > 1:
            self._held[place] -= 1
        elif not self._held.pop(place, 0):
            return
        self._changed.add(place)
        self._wake()

    def _wake(self) -> None:
        loop = asyncio.get_running_loop()
        if self._task is None or self._task.done() or self._task.get_loop() is not loop:
            self._news = asyncio.Event()
            self._task = loop.create_task(self._share())
            self._task.add_done_callback(self._ended)
        self._news.set()

    def _ended(self, task: "asyncio.Task[None]") -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.error("connections are counted in this process alone", exc_info=error)
        elif not task.cancelled():
            return
        asked, self._asked = self._asked, {}
        self._settle_alone(asked)

    async def _share(self) -> None:
        while self._held or self._asked or self._changed:
            self._news.clear()
            await self._share_once()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RENEWED_EVERY_S):
                    await self._news.wait()

    async def _share_once(self) -> None:
        """Write what changed and settle who waits; who comes meanwhile is in the next round."""
        if not _valkey.is_worth_asking:
            self._changed.intersection_update(self._held)
            return
        now = asyncio.get_running_loop().time()
        if now >= self._write_anew_at:
            self._changed.update(self._held)
            self._write_anew_at = now + WRITTEN_ANEW_EVERY_S
        batch = self._taken()
        holdings = [
            Holding(place=place, held=self._held[place], wanted=len(asked.waiters), limit=asked.limit)
            for place, asked in batch.items()
        ]
        try:
            shared = await asyncio.to_thread(share, self._name, holdings)  # not behind those that wait for the database
        except (RedisError, OSError) as error:
            _valkey.note_failure(error)
            self._name, self._write_anew_at = secrets.token_hex(8), 0.0
            self._settle_alone(batch)
            return
        _valkey.note_answer()
        for (place, asked), granted in zip(batch.items(), shared.granted, strict=True):
            self._settle(place, asked, granted)
        if not shared.was_known:
            self._changed.update(self._held)
        if self._changed or self._asked:
            self._news.set()

    def _taken(self) -> dict[str, _Asked]:
        """The next places to share: where somebody waits first."""
        places = [*self._asked, *(self._changed - self._asked.keys())][:AT_ONCE]
        self._changed.difference_update(places)
        return {place: self._asked.pop(place, _Asked()) for place in places}

    def _settle(self, place: str, asked: _Asked, granted: int) -> None:
        for answer in asked.waiters:
            if answer.done():  # gone meanwhile
                self._changed.add(place)
                continue
            answer.set_result(granted > 0)
            if granted > 0:
                self._held[place] += 1
            granted -= 1

    def _settle_alone(self, batch: Mapping[str, _Asked]) -> None:
        """Give what this process has room for; it is written once Valkey is back."""
        for place, asked in batch.items():
            self._settle(place, asked, asked.limit - self._held[place])
            self._changed.add(place)
