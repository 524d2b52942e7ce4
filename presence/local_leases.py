"""What one process knows of who is here: leases of its own connections, by the process's own clock.

Kept beside Valkey's at all times: it is what presence falls back to, and what an emptied Valkey is filled from.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from threading import Lock

ONLINE, AWAY, OFFLINE = "online", "away", "offline"
CHOSEN, REST = "chosen:", "rest:"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseChange:
    """What happened to a lease: `online` or `away` renews it with that state, `alive` as it is, `ending` lets it run
    out after `lasts_s`."""

    user_id: int
    lease: str
    state: str
    lasts_s: float


Changed = list[tuple[int, str]]


class LocalLeases:
    """This process's leases: user id → lease → (state, end)."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._leases: dict[int, dict[str, tuple[str, float]]] = {}
        self._shown: dict[int, str] = {}

    def apply(self, changes: Sequence[LeaseChange]) -> Changed:
        """Carry out lease changes; gives whose status changed by it."""
        now, changed = time.monotonic(), []
        with self._lock:
            for change in changes:
                mine = self._leases.setdefault(change.user_id, {})
                known = mine.get(change.lease, (ONLINE, 0.0))[0]
                if change.state != "ending":
                    state = known if change.state == "alive" else change.state
                    mine[change.lease] = (state, now + change.lasts_s)
                elif change.lease in mine:
                    mine[change.lease] = (known, now + change.lasts_s)
                changed += self._settle(change.user_id, now)
        return changed

    def expire(self) -> Changed:
        """Let leases run out; gives whose status changed by it."""
        now = time.monotonic()
        with self._lock:
            return [change for user_id in list(self._leases) for change in self._settle(user_id, now)]

    def statuses_of(self, user_ids: Collection[int]) -> dict[int, str]:
        """`online` or `away` of those who are."""
        with self._lock:
            return {user_id: self._shown[user_id] for user_id in user_ids if user_id in self._shown}

    def remaining(self) -> list[LeaseChange]:
        """Every lease that has not run out, as the change that would make it."""
        now = time.monotonic()
        with self._lock:
            return [
                LeaseChange(user_id=user_id, lease=lease, state=state, lasts_s=ends - now)
                for user_id, mine in self._leases.items()
                for lease, (state, ends) in mine.items()
                if ends > now
            ]

    def counts(self) -> dict[str, int]:
        """How many people are online and away."""
        with self._lock:
            return {status: list(self._shown.values()).count(status) for status in (ONLINE, AWAY)}

    def _settle(self, user_id: int, now: float) -> Changed:
        mine = {lease: kept for lease, kept in self._leases.get(user_id, {}).items() if kept[1] > now}
        self._leases[user_id] = mine
        states = {state for state, _ in mine.values()}
        chosen = {state for lease, (state, _) in mine.items() if lease.startswith(CHOSEN)}
        status = ONLINE if ONLINE in states and AWAY not in chosen else AWAY if states else OFFLINE
        if not mine:
            del self._leases[user_id]
        if self._shown.get(user_id, OFFLINE) == status:
            return []
        if status == OFFLINE:
            self._shown.pop(user_id, None)
        else:
            self._shown[user_id] = status
        return [(user_id, status)]
