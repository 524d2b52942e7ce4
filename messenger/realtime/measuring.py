"""Shares this process's measures by the hub's clock: who is connected, and what was counted meanwhile."""

import asyncio
from collections import Counter

from messenger.measures import SHARE_EVERY_S, measures
from messenger.slots import LivingConnection


class MeasureKeeper:
    """Follows the hub's connections; looks at their transports when it shares, since they may be upgraded."""

    def __init__(self) -> None:
        self._connections: dict[str, LivingConnection] = {}

    def opened(self, connection: LivingConnection) -> None:
        """A connection has come."""
        self._connections[connection.id] = connection

    def alive(self, connection: LivingConnection, status: str | None = None) -> None:
        """Nothing to count."""

    def closed(self, connection: LivingConnection, *, is_signed_out: bool) -> None:  # noqa: ARG002 (the slot's)
        """A connection has gone."""
        self._connections.pop(connection.id, None)

    async def run(self) -> None:
        """Share every few seconds; at the end once more, with nobody connected."""
        measures.has_clock = True
        try:
            while True:
                self._note()
                await asyncio.to_thread(measures.share)  # not behind those that wait for the database
                await asyncio.sleep(SHARE_EVERY_S)
        finally:
            measures.has_clock = False
            self._connections.clear()
            self._note()
            measures.share()

    def _note(self) -> None:
        here = self._connections.values()
        measures.note_connections(
            Counter(connection.transport for connection in here), {connection.user_id for connection in here}
        )
