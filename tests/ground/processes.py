"""Starts the product the way a person at a terminal does, and looks at what is left of it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_OURS = ("MESSENGER_", "DATABASE_", "REDIS_", "SECRET_KEY", "JWT_SECRET", "BASE_URL", "ALLOWED_HOSTS", "DJANGO_")

PRODUCTION = {
    "SECRET_KEY": "k7" * 16 + "Zq!9_vB3" * 5,
    "JWT_SECRET": "j" * 16 + "W4p-" * 8,
    "ALLOWED_HOSTS": "chat.example.com",
    "BASE_URL": "https://chat.example.com",
    "DATABASE_URL": "postgresql://messenger:pw@db.example.com:5432/messenger",
    "REDIS_URL": "redis://valkey.example.com:6379/0",
}


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with the product's settings replaced by these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**kept, "COLUMNS": "200", **settings}


def run_python(*arguments: str, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a Python program of the product to its end."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def leftovers(state: Path) -> list[str]:
    """Name the processes that still work on a state folder."""
    return [name for name, _ in _processes_of(state)]


def pids(state: Path, name: str) -> list[int]:
    """Return the processes of that name which work on a state folder."""
    return [pid for found, pid in _processes_of(state) if found == name]


def _processes_of(state: Path) -> Iterator[tuple[str, int]]:
    marks = [f"{mark}\0".encode() for mark in (f"MESSENGER_STATE={state}", state / "postgres", state / "valkey")]
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            said = b"\0".join((folder / name).read_bytes() for name in ("environ", "cmdline"))
            said += b"\0" + os.fsencode((folder / "cwd").readlink()) + b"\0"
            stat = (folder / "stat").read_text()
        except OSError:
            continue
        name, _, rest = stat.partition("(")[2].rpartition(")")
        if not rest.startswith(" Z") and any(mark in said for mark in marks):
            yield name, int(folder.name)


def await_no_leftovers(state: Path, *, patience_s: float = 15) -> list[str]:
    """Wait until nothing works on the state folder; return what still does when the time is over."""
    end = time.monotonic() + patience_s
    while (left := leftovers(state)) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def get(address: str) -> tuple[int, bytes]:
    """Fetch a page."""
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.status, answer.read()


def pid_listening_on(port: int) -> int:
    """Return the process that listens on a port of this machine."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    (inode,) = [row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A"]
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(link) == f"socket:[{inode}]":
                return int(link.parts[2])
        except OSError:
            continue
    raise AssertionError(f"nobody listens on {port}")
