"""Group commit: what waits in this process goes into one call of a set-based service. An idle system acts at once."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from messenger.errors import Locked, MessengerError, Unavailable
from messenger.lock_errors import may_run_again, was_lock_held
from messenger.services.drafts import Draft
from messenger.services.reading import Mark, MarkOutcome, mark_all
from messenger.services.sending import Outcome, send_messages
from messenger.services.typing import Keystroke, tell_typing

logger = structlog.get_logger(__name__)

SEND_WRITERS = 2
BACKLOG = 16
MAX_BATCH = 128
LINGER_S = 0.001
LINGER_AFTER, LINGER_UP_TO = 3, 16
LOCKED_FOR_S = 2.0
PAUSE_WHEN_LOCKED_S = 0.002
TOLD_EVERY_S = 60.0

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Waiting(Generic[Item, Answer]):
    item: Item
    answer: Callable[[Answer | MessengerError], None]
    since: float


class BatchWriter(Generic[Item, Answer]):
    """One thread that carries out what its process's sockets ask for, and answers on the event loop after the commit.

    Where several came in one batch, the next waits a millisecond for more, unless many wait already: at 1,000 a second
    that costs a tenth of the CPU less, and a lone item waits for nothing.

    Where a batch fails as a whole, its items are tried one by one, so that one bad item fails alone; where the
    database was lost in between, only those that `may_repeat` allows.
    """

    def __init__(
        self,
        name: str,
        carry_out: Callable[[Sequence[Item]], Sequence[Answer | MessengerError]],
        *,
        may_repeat: Callable[[Item], bool] = lambda _: True,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._carry_out = carry_out
        self._may_repeat = may_repeat
        self._waiting: SimpleQueue[_Waiting[Item, Answer] | None] = SimpleQueue()  # None ends the thread
        self._held: list[_Waiting[Item, Answer]] = []
        self._is_stopping = False
        self._unanswered = 0
        self._tell_again_at = 0.0
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, item: Item) -> "asyncio.Future[Answer | MessengerError]":
        """Queue an item; the future holds its outcome once it is committed or refused. Loop thread only."""
        future: asyncio.Future[Answer | MessengerError] = self._loop.create_future()

        def answer(outcome: Answer | MessengerError) -> None:
            if not future.done():
                future.set_result(outcome)

        self.hand_over(item, answer)
        return future

    def hand_over(self, item: Item, answer: Callable[[Answer | MessengerError], None]) -> None:
        """Queue an item; `answer` is called on the loop once it is committed or refused. Loop thread only."""
        self._unanswered += 1
        self._waiting.put(_Waiting(item, answer, time.monotonic()))

    def load(self) -> int:
        """How much is queued or being carried out. Loop thread only."""
        return self._unanswered

    async def until_idle(self, within: float) -> None:
        """Wait until everything that was queued is answered, at most so many seconds."""
        until = time.monotonic() + within
        while self._unanswered and time.monotonic() < until:
            await asyncio.sleep(0.01)

    def stop(self) -> None:
        """Carry out what waits, then end; waits for the thread."""
        self._waiting.put(None)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        carried = 0
        while True:
            if carried >= LINGER_AFTER and self._waiting.qsize() < LINGER_UP_TO:
                time.sleep(LINGER_S)
            batch = self._next_batch()
            if not batch:
                break
            self._settle_batch(batch, self._outcomes_of([waiting.item for waiting in batch]))
            carried = len(batch)
        _give_up_connection()

    def _next_batch(self) -> list[_Waiting[Item, Answer]]:
        """What was held back and what has come since; waits where there is neither. Empty at the end."""
        batch, self._held = self._held, []
        wanted = self._waiting.qsize() if batch or self._is_stopping else max(1, self._waiting.qsize())
        for _ in range(min(wanted, MAX_BATCH - len(batch))):
            waiting = self._waiting.get()
            if waiting is None:
                self._is_stopping = True
            else:
                batch.append(waiting)
        return batch

    def _outcomes_of(self, items: Sequence[Item]) -> Sequence[Answer | MessengerError]:
        try:
            _prepare_statements()
            return self._carry_out(items)
        except (OperationalError, InterfaceError) as error:
            if may_run_again(error):
                return [self._outcome_of(item) for item in items]
            if was_lock_held(error):
                return [self._outcome_of(item) if len(items) > 1 else Unavailable() for item in items]
            # Perhaps committed, perhaps not: only what is safe to repeat may be tried again.
            self._tell_of_outage(error)
            _give_up_connection()
            return [self._outcome_of(item) if self._may_repeat(item) else Unavailable() for item in items]
        except Exception as error:  # a thread that ended would answer nobody any more
            if not isinstance(error, DatabaseError):
                logger.exception("a batch failed")
            _give_up_connection()
            return [self._outcome_of(item) for item in items]

    def _tell_of_outage(self, error: Exception) -> None:
        """Say once a minute that the database is away: clients that try again are no news."""
        if time.monotonic() >= self._tell_again_at:
            self._tell_again_at = time.monotonic() + TOLD_EVERY_S
            logger.warning("a batch failed: database out of reach", error=type(error).__name__)

    def _outcome_of(self, item: Item) -> Answer | MessengerError:
        try:
            (outcome,) = self._carry_out([item])
        except (OperationalError, InterfaceError):
            _give_up_connection()
            return Unavailable()
        except Exception:
            logger.exception("one item of a batch failed")
            _give_up_connection()
            return MessengerError("This could not be stored.")
        return outcome

    def _settle_batch(
        self, batch: Sequence[_Waiting[Item, Answer]], outcomes: Sequence[Answer | MessengerError]
    ) -> None:
        """Answer what is decided; hold back what was locked elsewhere, in its order."""
        decided = []
        now = time.monotonic()
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Locked) and now - waiting.since < LOCKED_FOR_S:
                self._held.append(waiting)
            else:
                decided.append((waiting.answer, outcome))
        if decided:
            self._loop.call_soon_threadsafe(self._settle, decided)
        if self._held and not decided:
            time.sleep(PAUSE_WHEN_LOCKED_S)

    def _settle(
        self, decided: Sequence[tuple[Callable[[Answer | MessengerError], None], Answer | MessengerError]]
    ) -> None:
        self._unanswered -= len(decided)
        for answer, outcome in decided:
            try:
                answer(outcome)
            except Exception:  # the others of the batch have a right to theirs
                logger.exception("an answer was lost")


@dataclass(slots=True)
class _UnderWay:
    """A conversation's writer for as long as something of it is under way."""

    writer: "BatchWriter[Draft, Outcome]"
    count: int = 0


class SendWriters:
    """Store messages: under load, while one waits for its commit, the other works.

    What is under way in a conversation keeps the next one of it at the same writer, in its order. Else the first takes
    it until it has a backlog, since two small batches cost more than one; but where it has a lone message under way,
    the next need not wait for that one's commit. Only a nonce tells whether a message is stored already, so that only
    those are tried twice.
    """

    def __init__(self) -> None:
        self._under_way: dict[int, _UnderWay] = {}
        self._writers: list[BatchWriter[Draft, Outcome]] = [
            BatchWriter(
                f"send-writer-{number}",
                lambda drafts: send_messages(drafts, skip_locked=True),
                may_repeat=lambda draft: draft.nonce is not None,
            )
            for number in range(SEND_WRITERS)
        ]

    def hand_over(self, draft: Draft, answer: Callable[[Outcome], None]) -> None:
        """Queue a draft; `answer` is called on the loop once it is committed or refused. Loop thread only."""
        place = self._under_way.get(draft.conversation_id)
        if place is None:
            place = self._under_way[draft.conversation_id] = _UnderWay(self._writer_for_next())
        place.count += 1

        def settle(outcome: Outcome) -> None:
            place.count -= 1
            if not place.count:
                del self._under_way[draft.conversation_id]
            answer(outcome)

        place.writer.hand_over(draft, settle)

    def _writer_for_next(self) -> "BatchWriter[Draft, Outcome]":
        first, second = self._writers
        load = first.load()
        if load == 1 and not second.load():
            return second
        return first if load < BACKLOG else min(self._writers, key=BatchWriter.load)

    async def until_idle(self, within: float) -> None:
        """Wait until everything that was queued is answered, at most so many seconds."""
        await asyncio.gather(*(writer.until_idle(within) for writer in self._writers))

    def stop(self) -> None:
        """Store what waits, then end."""
        for writer in self._writers:
            writer.stop()


def mark_writer() -> "BatchWriter[Mark, MarkOutcome]":
    """Moves read and delivered pointers."""
    return BatchWriter("mark-writer", lambda marks: mark_all(marks, skip_locked=True))


def typing_writer() -> "BatchWriter[Keystroke, None]":
    """Tells who types."""
    return BatchWriter("typing-writer", tell_typing)


def _prepare_statements() -> None:
    """Let this thread's connection plan each statement once: planning took three quarters of a single send.

    The plans are made for batches of any size, so that they must not scan tables that were small when they were made.
    """
    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None:
        with connection.cursor() as cursor:
            cursor.execute("SET plan_cache_mode = force_generic_plan")
            cursor.execute("SET enable_seqscan = off")
        raw.prepare_threshold = 0


def _give_up_connection() -> None:
    """Close the connection for good: its settings are this thread's own, and the pool must not hand it on."""
    if connection.connection is not None:
        connection.connection.close()
    connection.close()
