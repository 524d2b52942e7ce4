"""A PostgreSQL and a Valkey for one run, thrown away after it. Durable: `fsync` and `synchronous_commit` are on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from config.engines.sets import EngineSet

# checkpoints happen before each window, not in one
_OPTIONS: Final = {"fsync": "on", "synchronous_commit": "on", "max_wal_size": "4GB", "checkpoint_timeout": "30min"}


@dataclass(frozen=True, kw_only=True)
class Engines:
    """What runs, and how it is reached."""

    sockets: Path
    redis_url: str
    postgres_pid: int
    valkey_pid: int

    def database_url(self, name: str, *, user: str = "messenger") -> str:
        """Return the address of the database `name`."""
        return f"postgresql://{user}@/{name}?host={self.sockets}"

    def make_database(self, name: str) -> None:
        """Make the database `name`, empty, unless it is there."""
        with psycopg.connect(self.database_url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


@contextmanager
def running_engines(state: Path) -> Iterator[Engines]:
    """Start both below `state`, stop them at the end."""
    with EngineSet(state / "engines", durable=True, postgres_options=_OPTIONS).start() as engines:
        if engines.postgres is None or engines.valkey is None:
            raise RuntimeError("the bench needs engines of its own")
        yield Engines(
            sockets=engines.places.sockets,
            redis_url=engines.redis_url,
            postgres_pid=engines.postgres.process.pid,
            valkey_pid=engines.valkey.process.pid,
        )
