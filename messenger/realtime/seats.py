from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings


class Seats:
    """How many connections each address holds in this process, native and Socket.IO together."""

    def __init__(self, limit: Callable[[], int]) -> None:
        self._limit = limit
        self._taken: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._taken.total()

    def take(self, address: str) -> bool:
        """Count a connection; False where the address holds as many as it may. A limit of 0 is none."""
        limit = self._limit()
        if limit and self._taken[address] >= limit:
            return False
        self._taken[address] += 1
        return True

    def give_back(self, address: str) -> None:
        """Forget a connection that was counted."""
        self._taken[address] -= 1
        if self._taken[address] <= 0:
            del self._taken[address]


seats_here = Seats(lambda: settings.MESSENGER_CONNECTIONS_PER_ADDRESS)


def address_of(scope: Mapping[str, Any]) -> str:
    """Where a connection comes from, as the server says (behind trusted proxies: as they say)."""
    client = scope.get("client")
    return str(client[0]) if client else ""
