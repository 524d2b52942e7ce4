"""How many connections each address and each person holds in all processes together."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings

from messenger.realtime.seat_ledger import SeatLedger

_ledger = SeatLedger()


class Seats:
    """The places of one kind. They are given across processes; in each process for itself while Valkey is away."""

    def __init__(self, kind: str, limit: Callable[[], int]) -> None:
        self._kind = kind
        self._limit = limit

    async def take(self, who: object) -> bool:
        """Count a connection; False where its address or person holds as many as may be. A limit of 0 is none."""
        place, limit = f"{self._kind}:{who}", self._limit()
        if not limit or _ledger.is_full(place, limit):
            return not limit  # what has no limit is not counted
        asked = _ledger.ask(place, limit)
        try:
            return await asked
        except asyncio.CancelledError:
            if asked.done() and not asked.cancelled() and asked.result():
                _ledger.give_back(place)
            raise

    def give_back(self, who: object) -> None:
        """Forget a connection that was counted."""
        _ledger.give_back(f"{self._kind}:{who}")


seats_of_addresses = Seats("address", lambda: settings.MESSENGER_CONNECTIONS_PER_ADDRESS)
seats_of_people = Seats("person", lambda: settings.MESSENGER_CONNECTIONS_PER_USER)


def address_of(scope: Mapping[str, Any]) -> str:
    """Where a connection comes from, as the server says (behind trusted proxies: as they say)."""
    client = scope.get("client")
    return str(client[0]) if client else ""
