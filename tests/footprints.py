"""What a server's process holds, seen from outside: by its own `/metrics`, and by the system's books."""

import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

from tests.servers import Server

_NAMES = ("messenger_process_tasks", "messenger_process_connections", "messenger_process_sessions")


class Held(NamedTuple):
    """What a process holds of what comes with its clients."""

    tasks: int
    connections: int
    sessions: int


def held_by(server: Server) -> Held:
    """What the process says that it holds now."""
    with urllib.request.urlopen(f"{server.base_url}/metrics", timeout=10) as answer:
        lines = [line.partition(" ") for line in answer.read().decode().splitlines()]
    figures = {name: float(value) for name, _, value in lines if name in _NAMES}
    return Held(*[int(figures[name]) for name in _NAMES])


def held_once_settled(server: Server, wanted: Held, *, within: float = 10.0) -> Held:
    """What the process holds as soon as it is what is wanted, or when the time is over."""
    until = time.monotonic() + within
    while (held := held_by(server)) != wanted and time.monotonic() < until:
        time.sleep(0.2)
    return held


def files_of(server: Server) -> int:
    """How many files and sockets the process has open."""
    return len(list(_books_of(server, "fd").iterdir()))


def memory_of(server: Server) -> float:
    """What the process has to itself, in MiB."""
    lines = _books_of(server, "smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def _books_of(server: Server, name: str) -> Path:
    assert server.process is not None
    return Path(f"/proc/{server.process.pid}/{name}")
