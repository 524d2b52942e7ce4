"""Whether Valkey is worth asking just now, and how often its absence is told: at its start and end, and each minute."""

import time
from threading import Lock

import structlog
from django.conf import settings

logger = structlog.get_logger(__name__)

LEFT_ALONE_FOR_S = 2.0
TOLD_EVERY_S = 60.0


class Outages:
    """One part's view of Valkey. `meanwhile` says what the part does without it."""

    def __init__(self, meanwhile: str) -> None:
        self._meanwhile = meanwhile
        self._lock = Lock()
        self._since: float | None = None
        self._left_alone = ("", 0.0)
        self._tell_again_at = 0.0

    @property
    def is_worth_asking(self) -> bool:
        """False without Valkey, and for a moment after each failure, so that its absence costs nobody a time-out."""
        address, until = self._left_alone
        return settings.REDIS_URL != "memory" and (time.monotonic() >= until or address != settings.REDIS_URL)

    def note_failure(self, error: Exception) -> bool:
        """Leave it alone for a moment; True where the outage begins."""
        now = time.monotonic()
        with self._lock:
            is_new = self._since is None
            self._left_alone = (settings.REDIS_URL, now + LEFT_ALONE_FOR_S)
            if is_new:
                self._since = now
            is_silent = now < self._tell_again_at
            if not is_silent:
                self._tell_again_at = now + TOLD_EVERY_S
        if not is_silent:
            logger.warning("valkey is out of reach", meanwhile=self._meanwhile, error=type(error).__name__)
        return is_new

    def note_answer(self) -> bool:
        """It answers; True where this ends an outage."""
        with self._lock:
            since, self._since = self._since, None
        if since is not None:
            logger.info("valkey is back", after_s=round(time.monotonic() - since, 1), no_longer=self._meanwhile)
        return since is not None
