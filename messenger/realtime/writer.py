"""Group commit: all sends that wait in this process go into one `send_messages`. An idle system sends at once."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.db import DatabaseError, OperationalError, close_old_connections, connection

from messenger.errors import MessengerError, Unavailable
from messenger.services.drafts import Draft
from messenger.services.sending import Locked, Outcome, send_messages

logger = structlog.get_logger(__name__)

MAX_BATCH = 128
LOCKED_FOR_S = 2.0
PAUSE_WHEN_LOCKED_S = 0.002


@dataclass(slots=True)
class _Waiting:
    draft: Draft
    answer: "asyncio.Future[Outcome]"
    since: float


class SendWriter:
    """One thread that stores what its process's sockets send, and answers on the event loop after the commit."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[_Waiting] = deque()
        self._wake = threading.Condition()
        self._is_stopping = False
        self._unanswered = 0
        self._thread = threading.Thread(target=self._run, name="send-writer", daemon=True)
        self._thread.start()

    def submit(self, draft: Draft) -> "asyncio.Future[Outcome]":
        """Queue a draft; the future holds its outcome once it is committed or refused. Loop thread only."""
        answer: asyncio.Future[Outcome] = self._loop.create_future()
        self._unanswered += 1
        with self._wake:
            self._waiting.append(_Waiting(draft, answer, time.monotonic()))
            self._wake.notify()
        return answer

    async def until_idle(self, within: float) -> None:
        """Wait until everything that was queued is answered, at most so many seconds."""
        until = time.monotonic() + within
        while self._unanswered and time.monotonic() < until:
            await asyncio.sleep(0.01)

    def stop(self) -> None:
        """Store what waits, then end; waits for the thread."""
        with self._wake:
            self._is_stopping = True
            self._wake.notify()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._waiting and not self._is_stopping:
                    self._wake.wait()
                if not self._waiting:
                    break
                batch = [self._waiting.popleft() for _ in range(min(MAX_BATCH, len(self._waiting)))]
            self._answer(batch, _outcomes_of([item.draft for item in batch]))
        connection.close()

    def _answer(self, batch: Sequence[_Waiting], outcomes: Sequence[Outcome]) -> None:
        """Settle what is decided; put what was locked elsewhere back to the front, in its order."""
        decided, again = [], []
        now = time.monotonic()
        for item, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Locked) and now - item.since < LOCKED_FOR_S:
                again.append(item)
            else:
                decided.append((item.answer, outcome))
        if decided:
            self._loop.call_soon_threadsafe(self._settle, decided)
        if again:
            with self._wake:
                self._waiting.extendleft(reversed(again))
            if not decided:
                time.sleep(PAUSE_WHEN_LOCKED_S)

    def _settle(self, decided: Sequence[tuple["asyncio.Future[Outcome]", Outcome]]) -> None:
        self._unanswered -= len(decided)
        for answer, outcome in decided:
            if not answer.done():
                answer.set_result(outcome)


def _outcomes_of(drafts: Sequence[Draft]) -> Sequence[Outcome]:
    """Send a batch; where the batch as a whole fails, one by one, so that one bad message fails alone."""
    try:
        return send_messages(drafts, skip_locked=True)
    except OperationalError:
        # Perhaps committed, perhaps not: only a nonce can tell, so that only those may be tried again.
        logger.exception("a batch failed: database out of reach")
        close_old_connections()
        return [_outcome_of(draft) if draft.nonce is not None else Unavailable() for draft in drafts]
    except DatabaseError:
        close_old_connections()
        return [_outcome_of(draft) for draft in drafts]


def _outcome_of(draft: Draft) -> Outcome:
    try:
        (outcome,) = send_messages([draft], skip_locked=True)
    except OperationalError:
        logger.exception("a send failed: database out of reach")
        close_old_connections()
        return Unavailable()
    except DatabaseError:
        logger.exception("a send failed")
        return MessengerError("This message could not be stored.")
    return outcome
