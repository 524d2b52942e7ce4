from collections import Counter
from collections.abc import Callable


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
