"""One signed-in connection, whatever its transport: who it is, what waits for it, and how fast it may talk."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError

from messenger.errors import MessengerError, RateLimited, Unavailable, ValidationFailed
from messenger.lock_errors import was_lock_held
from messenger.realtime.frames import Frame
from messenger.realtime.outgoing import Outgoing, SlowReader
from messenger.realtime.pace import Coalescer, EventPace
from messenger.selectors.identity import Identity
from messenger.services.limits import refusal_of

logger = structlog.get_logger(__name__)

T = TypeVar("T")

CLOSE_UNAUTHENTICATED = 4001
CLOSE_TOO_MANY = 4008
CLOSE_SLOW_READER = 4009
CLOSE_GOING_AWAY = 4010
LIFE_EVERY_S = 10.0
LIVES_A_LEASE = 7.5


@dataclass(frozen=True, slots=True)
class Closing:
    """How a connection is to end, after what waits for it has been written."""

    code: int
    reason: str


class Connection:
    """A signed-in connection. The hub pushes frames; the transport's one writer takes texts from `outgoing`."""

    def __init__(
        self,
        *,
        identity: Identity,
        spell: Callable[[Frame], str],
        pace: EventPace,
        door: str,
        outgoing: Outgoing,
    ) -> None:
        self.id = secrets.token_urlsafe(12)
        self.identity = identity
        self.opened_by = identity.sign_in_id
        self.door = door
        self.outgoing = outgoing
        self.pace = pace
        self.coalescer = Coalescer()
        self.on_screen: set[int] = set()
        self.sends = 0
        self.closing: Closing | None = None
        self.on_closing: Callable[[], object] = _nothing
        self._is_flooding = False
        self._life_due_at = 0.0
        self._spell = spell

    @property
    def user_id(self) -> int:
        """Whose connection this is."""
        return self.identity.user_id

    @property
    def transport(self) -> str:
        """`native`, or what carries a Socket.IO client at the moment: `websocket` or `polling`."""
        carrier: str = getattr(self.outgoing, "transport", self.door)
        return carrier

    def push(self, frame: Frame) -> None:
        """Queue an event; a reader too slow for its bounds is cut off with 4009."""
        self.push_text(self._spell(frame), droppable=frame.droppable)

    def push_text(self, text: str, *, droppable: bool = False) -> None:
        """Queue what is spelled already."""
        if self.closing is not None:
            return
        try:
            self.outgoing.put(text, droppable=droppable)
        except SlowReader:
            self.outgoing.clear()
            self.close(CLOSE_SLOW_READER, "reader too slow")

    def close(self, code: int, reason: str) -> None:
        """Let the connection end once what waits is written; the first reason stands."""
        if self.closing is None:
            self.closing = Closing(code, reason)
            self.outgoing.wake()
            self.on_closing()

    def is_due_for_life(self, now: float) -> bool:
        """True at most every 10 s, more often where leases are shorter than 75 s: often enough to renew them."""
        if now < self._life_due_at:
            return False
        self._life_due_at = now + min(LIFE_EVERY_S, settings.MESSENGER_PRESENCE_LEASE / LIVES_A_LEASE)
        return True

    def spend_event(self) -> None:
        """Count one event against the connection's pace.

        :raises RateLimited: over it; the event is to be dropped.
        """
        wait = self.pace.retry_after()
        if wait is None:
            return
        self._is_flooding = True
        if self.pace.is_hopeless:
            self.close(CLOSE_TOO_MANY, "too many events")
        refusal = refusal_of(limit=self.pace.limit, resets_in_s=wait, message="Too many events; please slow down.")
        refusal.details["retryAfter"] = round(wait, 1)
        raise refusal

    def has_flooded(self) -> bool:
        """True once after each event that was too much: its sender is read a little later."""
        was_flooding, self._is_flooding = self._is_flooding, False
        return was_flooding


def _nothing() -> None:
    pass


async def settled(work: Awaitable[Any]) -> tuple[bool, Any]:
    """Await `work`: (True, its answer) or (False, the error object of the contract). The one mapping for sockets."""
    try:
        return True, await work
    except MessengerError as error:
        return False, error_shape(error)
    except (DataError, RecursionError, UnicodeError):
        return False, error_shape(ValidationFailed("This cannot be stored."))
    except (OperationalError, InterfaceError) as error:
        if was_lock_held(error):
            logger.warning("somebody else held a row for too long")
        else:
            logger.warning("the database is out of reach", exc_info=True)
        return False, error_shape(Unavailable())


def granted(outcome: T | MessengerError) -> T:
    """The outcome of a batch's item, or its refusal raised."""
    if isinstance(outcome, MessengerError):
        raise outcome
    return outcome


def error_shape(error: MessengerError) -> dict[str, Any]:
    """A domain error as sockets show it: `{code, message, details?}`."""
    shape: dict[str, Any] = {"code": error.code, "message": error.message}
    details = dict(error.details)
    if isinstance(error, RateLimited | Unavailable):
        details.setdefault("retryAfter", error.retry_after)
    if details:
        shape["details"] = details
    return shape
