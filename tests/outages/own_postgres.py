"""A PostgreSQL of a test's own, with the demo people in it, which may be killed as by a power cut and started again."""

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from config.engines.places import Places
from config.engines.postgres import Postgres, start_postgres
from config.engines.processes import wait_until
from tests.ground.processes import run_python

PASSWORD = "demo-password"


@dataclass
class OwnPostgres:
    """Its commits are durable: what it has acknowledged outlives its death."""

    places: Places
    running: Postgres | None = field(default=None)

    def start(self) -> None:
        """It dies with the thread that started it: start it in the main one."""
        self.running = start_postgres(self.places, durable=True)

    def fill(self) -> None:
        """Make the tables and the demo people."""
        settings = {
            "MESSENGER_DEBUG": "on",
            "DATABASE_URL": self.places.database_url,
            "REDIS_URL": "memory",
            "MESSENGER_STATE": str(self.places.state),
            "MESSENGER_DEMO_PASSWORD": PASSWORD,
        }
        done = run_python("manage.py", "prepare", settings=settings)
        assert done.returncode == 0, done.stderr

    def kill(self) -> None:
        """End all its processes at once."""
        assert self.running is not None
        postmaster = int((self.places.postgres / "postmaster.pid").read_text().split("\n", 1)[0])
        everybody = [postmaster, *_children_of(postmaster)]
        for pid in everybody:
            os.kill(pid, signal.SIGKILL)
        self.running.process.wait(timeout=10)
        assert wait_until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in everybody), patience_s=10)
        self.running = None

    def stop(self) -> None:
        """End it in an orderly way."""
        if self.running is not None:
            self.running.stop()
            self.running = None

    def rows(self, query: str) -> "list[tuple[object, ...]]":
        """What it holds."""
        with psycopg.connect(self.places.database_url) as connection:
            return connection.execute(query.encode()).fetchall()


def _children_of(parent: int) -> list[int]:
    children = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent:
                children.append(int(folder.name))
    return children
