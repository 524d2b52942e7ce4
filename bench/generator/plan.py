"""What the harness asks of the generator, and what it gets back: both as files of JSON."""

from pathlib import Path
from typing import Literal

import msgspec

Kind = Literal["closed", "open", "reads", "typing", "idle"]
Mark = Literal["connected", "window", "end", "drained"]


class Room(msgspec.Struct, kw_only=True, frozen=True):
    """A conversation of the plan: its id on the server and the sockets of its participants."""

    id: str
    members: list[int]


class Person(msgspec.Struct, kw_only=True, frozen=True):
    """Who signs in on one socket."""

    id: str
    token: str


class Plan(msgspec.Struct, kw_only=True, frozen=True):
    """One window of load against one contender."""

    protocol: str
    url: str
    people: list[Person]
    rooms: list[Room]
    kind: Kind
    senders: int = 0
    rate: float = 0.0
    warmup_s: float = 1.0
    window_s: float = 5.0
    drain_s: float = 20.0
    connecting_at_once: int = 100
    records: str = ""


class Summary(msgspec.Struct, kw_only=True):
    """What one window came to, as the generator saw it; the times are its monotonic clock's."""

    connect_s: float
    window_from: float
    window_to: float
    cpu_cores: float
    connected: int
    refusals: dict[str, int]
    closes: dict[str, int]
    repeated_answers: int
    unmatched: int


def read_plan(path: Path) -> Plan:
    """Return the plan written at `path`."""
    return msgspec.json.decode(path.read_bytes(), type=Plan)
