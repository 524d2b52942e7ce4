"""What was told while other processes may have heard nothing: told once more a moment after Valkey is back."""

import time
from collections.abc import Callable
from threading import Lock

AGAIN_AFTER_S = 3.0  # by then every process listens again
UNSURE_FOR_S = 3.0  # what was told so shortly before an outage was seen may have reached nobody
AT_MOST = 10_000


class Retelling:
    """Whose changes are to be told again. Of more than `AT_MOST` people those who changed first are forgotten."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._told: dict[int, float] = {}
        self._is_out = False
        self._due_at: float | None = None

    def note(self, changed: list[tuple[int, str]]) -> None:
        """These changes are being told."""
        now = self._now()
        with self._lock:
            for user_id, _ in changed:
                self._told.pop(user_id, None)
                self._told[user_id] = now
            if not self._is_out and self._due_at is None:
                self._forget_before(now - UNSURE_FOR_S)
            while len(self._told) > AT_MOST:
                del self._told[next(iter(self._told))]

    def outage_began(self) -> None:
        """From now on nothing that is told is sure to arrive."""
        with self._lock:
            if not self._is_out and self._due_at is None:
                self._forget_before(self._now() - UNSURE_FOR_S)
            self._is_out, self._due_at = True, None

    def outage_ended(self) -> None:
        """Valkey is back; also where it was so soon that nobody here saw it go."""
        with self._lock:
            if not self._is_out and self._due_at is None:
                self._forget_before(self._now() - UNSURE_FOR_S)
            self._is_out, self._due_at = False, self._now() + AGAIN_AFTER_S

    def take_due(self) -> list[int]:
        """Who is to be told of again now."""
        with self._lock:
            if self._due_at is None or self._now() < self._due_at:
                return []
            self._due_at = None
            told, self._told = self._told, {}
            return list(told)

    def _forget_before(self, moment: float) -> None:
        """The oldest come first."""
        while self._told:
            user_id, at = next(iter(self._told.items()))
            if at >= moment:
                return
            del self._told[user_id]
