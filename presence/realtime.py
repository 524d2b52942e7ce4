"""Presence on the hub: leases follow connections, and v4's spelling of the event."""

import asyncio
from collections.abc import Iterator

import structlog
from django.conf import settings
from django.db import DatabaseError

from messenger import shapes
from messenger.realtime.dialects import v4
from messenger.realtime.frames import Frame
from messenger.realtime.threads import in_thread
from messenger.slots import LivingConnection
from presence import leases
from presence.events import PresenceChanged
from presence.leases import LeaseChange
from presence.local_leases import REST
from presence.services.telling import tell, tell_again

logger = structlog.get_logger(__name__)

APPLY_EVERY_S = 0.2
EXPIRE_EVERY_S = 1.0


class PresenceKeeper:
    """Gathers this process's signs of life and carries them out a few times a second, all in one round trip."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[int, str], LeaseChange] = {}

    def opened(self, connection: LivingConnection) -> None:
        """A connection has come."""
        self._note(connection, leases.ONLINE, settings.MESSENGER_PRESENCE_LEASE)

    def alive(self, connection: LivingConnection, status: str | None = None) -> None:
        """A sign of life; with a status, what the device says of itself."""
        self._note(connection, status or "alive", settings.MESSENGER_PRESENCE_LEASE)

    def closed(self, connection: LivingConnection, *, is_signed_out: bool) -> None:
        """A connection has gone: by signing out it counts no more at once, else it may be a page that reloads."""
        self._note(connection, "ending", 0 if is_signed_out else settings.MESSENGER_PRESENCE_GRACE)

    async def run(self) -> None:
        """Carry out what was noted, and let run out what was not renewed."""
        loop = asyncio.get_running_loop()
        expire_at = loop.time()
        while True:
            await asyncio.sleep(APPLY_EVERY_S)
            waiting, self._waiting = self._waiting, {}
            is_time = loop.time() >= expire_at
            if is_time:
                expire_at = loop.time() + EXPIRE_EVERY_S
            if waiting or is_time:
                try:
                    await in_thread(_carry_out, list(waiting.values()), is_time)
                except DatabaseError:
                    logger.warning("presence is not told: the database is out of reach")

    def _note(self, connection: LivingConnection, state: str, lasts_s: float) -> None:
        lease = f"{connection.id}@{connection.opened_by}"
        key = (connection.user_id, lease)
        if state == "alive" and key in self._waiting:
            return
        self._waiting[key] = LeaseChange(user_id=connection.user_id, lease=lease, state=state, lasts_s=lasts_s)


def note_request(user_id: int, sign_in_id: int | None) -> None:
    """A request that counts as a sign of life (POST `/sync`)."""
    lease = LeaseChange(
        user_id=user_id, lease=f"{REST}{sign_in_id or 0}", state="alive", lasts_s=settings.MESSENGER_PRESENCE_LEASE
    )
    tell(leases.apply([lease]))


@v4.spell.register
def _(event: PresenceChanged) -> Iterator[Frame]:
    data = {
        "userId": str(event.user_id),
        "status": event.status,
        "state": event.status,
        "lastSeen": shapes.iso(event.last_seen),
        "timestamp": shapes.iso(event.at),
    }
    yield Frame(event.audience, "messenger:v4:presence", data, droppable=True)
    yield Frame(event.audience, "presence:changed", data, droppable=True)


def _carry_out(changes: list[LeaseChange], is_time_to_expire: bool) -> None:
    changed = leases.apply(changes)
    if is_time_to_expire:
        changed += leases.expire()
    tell(changed)
    if is_time_to_expire:
        tell_again()
