"""The Engine.IO endpoint of a process: its sessions, and the one timer that pings and ends them."""

import asyncio
import heapq
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from messenger.realtime.cors import Cors
from messenger.realtime.protocol.engineio import Data, Rules
from messenger.realtime.protocol.packet_queue import nothing
from messenger.realtime.protocol.sessions import Session, Transport
from messenger.realtime.seats import Seats, address_of

Scope = Mapping[str, Any]


class Application(Protocol):
    """What a session's messages go to, one at a time."""

    async def take(self, message: Data) -> None:
        """Take a message; `Malformed` closes the session."""

    def ring(self) -> None:
        """The alarm that the application set (`session.alarm_at`) is due."""

    def ended(self) -> None:
        """The session is closed."""


class _Over:
    """What the messages of a closed session go to."""

    async def take(self, message: Data) -> None:
        """Forget it."""

    def ring(self) -> None:
        """Nothing is due any more."""

    def ended(self) -> None:
        """It has."""


_OVER = _Over()


class LiveSession(Session):
    """A session of this process, with what it talks to."""

    __slots__ = ("address", "application", "watched_at")

    address: str
    application: Application
    watched_at: float


class Engine:
    """One endpoint. Every session is found by its `sid` in the process that opened it, and only there.

    A `process` that has a name begins its sids with it (`web1.…`), so that a proxy knows where to send their requests.
    """

    def __init__(
        self,
        *,
        rules: Rules,
        application: Callable[["Engine", LiveSession, Scope], Application],
        cors: Cors,
        seats: Seats,
        process: str = "",
    ) -> None:
        self.rules = rules
        self.cors = cors
        self._application = application
        self._seats = seats
        self._sid_prefix = f"{process}." if process else ""
        self._sessions: dict[str, LiveSession] = {}
        self._deadlines: list[tuple[float, str]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0

    def __len__(self) -> int:
        return len(self._sessions)

    @staticmethod
    def now() -> float:
        """The clock of all sessions, in seconds."""
        return time.monotonic()

    async def open(self, scope: Scope, *, transport: Transport, spells_base64: bool) -> LiveSession | None:
        """A new session with its open packet queued; None where the address has too many already."""
        address = address_of(scope)
        if not await self._seats.take(address):
            return None
        session = LiveSession(
            sid=f"{self._sid_prefix}{secrets.token_urlsafe(15)}",
            transport=transport,
            rules=self.rules,
            now=self.now(),
            spells_base64=spells_base64,
        )
        session.address = address
        session.watched_at = 0.0
        session.send(session.open_packet())
        session.application = self._application(self, session, scope)
        session.on_end = lambda: self._forget(session)
        self._sessions[session.sid] = session
        self.watch(session)
        return session

    def find(self, sid: str) -> LiveSession | None:
        """The session of that id, unless it is over."""
        session = self._sessions.get(sid)
        if session is not None and session.due <= self.now():
            self._tick(session)
        return self._sessions.get(sid)

    def close(self, session: LiveSession, *, code: int = 1000, reason: str = "") -> None:
        """End a session once what waits for it is written."""
        session.close(now=self.now(), code=code, reason=reason)
        self.watch(session)

    def close_all(self, *, code: int, reason: str) -> None:
        """End every session, in an orderly way."""
        for session in list(self._sessions.values()):
            self.close(session, code=code, reason=reason)

    def watch(self, session: LiveSession) -> None:
        """Look at the session when it is due; call this after bringing one of its deadlines forward."""
        due = session.due
        if session.state == "closed" or session.watched_at == due:
            return
        session.watched_at = due
        heapq.heappush(self._deadlines, (due, session.sid))
        if self._timer is None or due < self._timer_at:
            self._set_timer(due)

    def _set_timer(self, due: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = due
        self._timer = asyncio.get_running_loop().call_later(max(0.001, due - self.now()), self._look)

    def _look(self) -> None:
        self._timer = None
        now = self.now()
        while self._deadlines and self._deadlines[0][0] <= now:
            due, sid = heapq.heappop(self._deadlines)
            session = self._sessions.get(sid)
            if session is not None and session.watched_at == due:
                self._tick(session)
        if self._deadlines:
            self._set_timer(self._deadlines[0][0])

    def _tick(self, session: LiveSession) -> None:
        if session.tick(self.now()):
            session.application.ring()
        self.watch(session)

    def _forget(self, session: LiveSession) -> None:
        del self._sessions[session.sid]
        self._seats.give_back(session.address)
        application, session.application = session.application, _OVER
        session.on_end = session.on_pong = nothing  # no cycle is left behind
        application.ended()
