"""What happens here, counted where it happens and shared every few seconds: the figures of the whole deployment.

Counting costs a dictionary's step under a lock. The hub of a web process shares the counts by its clock; a process
without one (worker, WSGI, command) does it itself when it counts a message.
"""

import secrets
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Literal

from messenger.events import Event, MessageSent
from messenger.measure_stores import Reading, Report, Stores

Name = Literal["messages", "socket_events", "socket_errors", "socket_rate_limited", "requests", "request_errors"]

PROCESS_ID = secrets.token_hex(8)
SHARE_EVERY_S = 3.0
MAX_PENDING = 20_000
_STEP = 1.25
_EDGES_MS = tuple(_STEP**step for step in range(50))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The deployment's figures; series hold 60 minutes, oldest first. Percentiles are of the last hour."""

    messages_by_minute: list[int]
    messages_last_day: int
    requests_by_minute: list[int]
    requests: int
    request_errors: int
    socket_events: int
    socket_errors: int
    socket_rate_limited: int
    connections: dict[str, int]
    rest_clients: int
    people_connected: int
    delivery_p50_ms: float
    delivery_p99_ms: float


class Measures:
    """The counts of one process that wait to be shared."""

    def __init__(self) -> None:
        self.has_clock = False
        self._lock = Lock()
        self._counts: dict[tuple[int, str], int] = {}
        self._pending: Counter[tuple[int, str]] = Counter()
        self._rest: dict[str, float] = {}
        self._connections: Mapping[str, int] = {}
        self._people: Collection[int] = ()
        self._stores = Stores()

    def count(self, name: str, by: int = 1) -> None:
        """Count something that happens now."""
        key = (int(time.time()) // 60, name)
        with self._lock:
            self._counts[key] = self._counts.get(key, 0) + by

    def note_delivery(self, sent_at: datetime) -> None:
        """A message has come into the queues of this process's connections."""
        milliseconds = (time.time() - sent_at.timestamp()) * 1000
        self.count(f"delivered_{min(bisect_left(_EDGES_MS, milliseconds), len(_EDGES_MS) - 1)}")

    def note_rest_client(self, user_id: int, sign_in_id: int | None) -> None:
        """Somebody keeps up by REST alone."""
        with self._lock:
            self._rest[f"{user_id}:{sign_in_id or 0}"] = time.time()

    def note_events(self, events: Sequence[Event]) -> None:
        """Count the messages among committed events of this process."""
        messages = sum(isinstance(event, MessageSent) and event.message.type != "system" for event in events)
        if messages:
            self.count("messages", messages)
            if not self.has_clock:
                self.share()

    def note_connections(self, connections: Mapping[str, int], people: Collection[int]) -> None:
        """How many connections of each transport there are here, and whose."""
        self._connections, self._people = connections, people

    def share(self) -> None:
        """Hand over what was counted; what Valkey does not take now goes with the next time."""
        with self._lock:
            counts, self._counts = self._counts, {}
            rest, self._rest = self._rest, {}
            pending, self._pending = self._pending, Counter()
        report = Report(
            process_id=PROCESS_ID, counts=counts, connections=self._connections, people=self._people, rest=rest
        )
        if not self._stores.add(report, pending=pending):
            pending.update(counts)
            with self._lock:
                if len(self._pending) + len(pending) <= MAX_PENDING:
                    self._pending.update(pending)

    def figures(self) -> Figures:
        """The whole deployment's figures, this process's up to now."""
        self.share()
        return _figures_of(self._stores.read())


def _figures_of(reading: Reading) -> Figures:
    buckets = [
        sum(minute.get(f"delivered_{place}", 0) for minute in reading.minutes) for place in range(len(_EDGES_MS))
    ]
    return Figures(
        messages_by_minute=[minute.get("messages", 0) for minute in reading.minutes],
        messages_last_day=reading.messages_last_day,
        requests_by_minute=[minute.get("requests", 0) for minute in reading.minutes],
        requests=reading.totals.get("requests", 0),
        request_errors=reading.totals.get("request_errors", 0),
        socket_events=reading.totals.get("socket_events", 0),
        socket_errors=reading.totals.get("socket_errors", 0),
        socket_rate_limited=reading.totals.get("socket_rate_limited", 0),
        connections=dict(reading.connections),
        rest_clients=reading.rest,
        people_connected=reading.people,
        delivery_p50_ms=percentile(buckets, 0.5),
        delivery_p99_ms=percentile(buckets, 0.99),
    )


def percentile(buckets: Sequence[int], share: float) -> float:
    """The milliseconds within which `share` of all lie, exact to a bucket's width (25 %); 0 where there are none."""
    total = sum(buckets)
    if not total:
        return 0.0
    below, wanted = 0, share * total
    for place, number in enumerate(buckets):
        if number and below + number >= wanted:
            low = _EDGES_MS[place - 1] if place else 0.0
            return round(low + (_EDGES_MS[place] - low) * (wanted - below) / number, 1)
        below += number
    return round(_EDGES_MS[-1], 1)


measures = Measures()
