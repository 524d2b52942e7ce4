"""What one process knows of who is here: leases of its own connections, by the process's own clock.

Kept beside Valkey's at all times: it is what presence falls back to, and what an emptied Valkey is filled from.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from threading import Lock

from django.conf import settings

ONLINE, AWAY, OFFLINE = "online", "away", "offline"
CHOSEN, REST = "chosen:", "rest:"

Lease = tuple[str, float]


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
        self._leases: dict[int, dict[str, Lease]] = {}
        self._shown: dict[int, str] = {}

    def apply(self, changes: Sequence[LeaseChange]) -> Changed:
        """Carry out lease changes; gives whose status changed by it."""
        now, changed = time.monotonic(), []
        with self._lock:
            for change in changes:
                if change.lease.startswith(CHOSEN) and change.state != "ending":
                    changed += self._settle(change.user_id, now)
                _carry_out(change, self._leases.setdefault(change.user_id, {}), now)
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
        """Every device's lease that has not run out, as the change that would make it.

        Choices are left out: another process may have heard of a later one.
        """
        now = time.monotonic()
        with self._lock:
            return [
                LeaseChange(user_id=user_id, lease=lease, state=state, lasts_s=ends - now)
                for user_id, mine in self._leases.items()
                for lease, (state, ends) in mine.items()
                if ends > now and not lease.startswith(CHOSEN)
            ]

    def counts(self) -> dict[str, int]:
        """How many people are online and away."""
        with self._lock:
            return {status: list(self._shown.values()).count(status) for status in (ONLINE, AWAY)}

    def _settle(self, user_id: int, now: float) -> Changed:
        held = self._leases.get(user_id, {})
        mine = {lease: kept for lease, kept in held.items() if kept[1] > now}
        self._leases[user_id] = mine
        choice = next((lease for lease in mine if lease.startswith(CHOSEN)), None)
        if choice is not None:
            has_lost_connection = any(map(_is_connection, held.keys() - mine.keys()))
            mine[choice] = _lasting(choice, mine, has_lost_connection=has_lost_connection)
            if mine[choice][1] <= now:
                del mine[choice]
        status = _status_by(mine)
        if not mine:
            del self._leases[user_id]
        if self._shown.get(user_id, OFFLINE) == status:
            return []
        if status == OFFLINE:
            self._shown.pop(user_id, None)
        else:
            self._shown[user_id] = status
        return [(user_id, status)]


def _status_by(mine: dict[str, Lease]) -> str:
    states = {state for state, _ in mine.values()}
    chosen = [state for lease, (state, _) in mine.items() if lease.startswith(CHOSEN)]
    return chosen[0] if chosen else ONLINE if ONLINE in states else AWAY if states else OFFLINE


def _carry_out(change: LeaseChange, mine: dict[str, Lease], now: float) -> None:
    lease, ends = change.lease, now + change.lasts_s
    known = mine.get(lease, (ONLINE, 0.0))[0]
    if change.state == "ending":
        if mine.pop(lease, None) is not None:
            mine[_ending(lease)] = (known, ends)
        return
    if lease.startswith(REST) and _is_connected_by(mine, lease.removeprefix(REST), now):
        return
    if lease.startswith(CHOSEN):
        _forget_choices(mine)
    elif _sign_in_of(lease):
        mine.pop(f"{REST}{_sign_in_of(lease)}", None)
    mine[lease] = (known if change.state == "alive" else change.state, ends)


def _sign_in_of(connection: str) -> str:
    """The sign-in of an open connection's lease."""
    return connection.partition("@")[2]


def _ending(connection: str) -> str:
    """What a connection's lease is called when it is no longer open."""
    return connection.partition("@")[0]


def _is_connected_by(mine: dict[str, Lease], sign_in: str, now: float) -> bool:
    return any(_sign_in_of(lease) == sign_in and ends > now for lease, (_, ends) in mine.items())


def _forget_choices(mine: dict[str, Lease]) -> None:
    """Another choice is made: the last one counts."""
    for lease in [lease for lease in mine if lease.startswith(CHOSEN)]:
        del mine[lease]


def _is_connection(lease: str) -> bool:
    return not lease.startswith((CHOSEN, REST))


def _lasting(choice: str, mine: dict[str, Lease], *, has_lost_connection: bool) -> Lease:
    """A choice with its end as the other leases move it: no later than a connection, and of being away no earlier.

    Beside a Valkey it is not made longer: another process may have heard of a later one.
    """
    state, ends = mine[choice]
    others = {lease: kept[1] for lease, kept in mine.items() if lease != choice}
    last = max(others.values(), default=0.0)
    is_connected = any(map(_is_connection, others))
    is_lasting = state == AWAY and settings.REDIS_URL == "memory"
    if (has_lost_connection and not is_connected) or (is_lasting and last > ends) or (is_connected and last < ends):
        ends = last
    return state, ends
