"""A PostgreSQL and a Valkey for one run, thrown away after it. Durable: `fsync` and `synchronous_commit` are on."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from config.engines import processes
from config.engines.binaries import find_postgres, find_valkey
from config.engines.places import Places

_SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "max_connections": "300",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "listen_addresses": "",
}


@dataclass(frozen=True, kw_only=True)
class Engines:
    """What runs, and how it is reached."""

    places: Places
    postgres_pid: int
    valkey_pid: int

    @property
    def redis_url(self) -> str:
        return self.places.redis_url

    def database_url(self, name: str) -> str:
        """Return the address of the database `name`."""
        return f"postgresql://messenger@/{name}?host={self.places.sockets}"

    def make_database(self, name: str) -> None:
        """Make the database `name`, empty."""
        with psycopg.connect(self.database_url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())


@contextmanager
def running_engines(state: Path) -> Iterator[Engines]:
    """Start both below `state`, stop them at the end."""
    places = Places(state)
    places.sockets.mkdir(parents=True, exist_ok=True)
    identity: processes.Identity = "namespace" if os.geteuid() == 0 else "self"
    binaries = find_postgres()
    with (state / "engines.log").open("ab") as log:
        initdb = [binaries["initdb"], "-D", places.postgres, "-U", "messenger", "-A", "trust", "-E", "UTF8", "--no-sync"]
        made = processes.start([*initdb], death_signal=signal.SIGKILL, identity=identity, log=log)
        if made.wait() != 0:
            raise RuntimeError((state / "engines.log").read_text())
        settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        postgres = processes.start(
            [binaries["postgres"], "-D", places.postgres, "-k", places.sockets, *settings],
            death_signal=signal.SIGQUIT,
            identity=identity,
            log=log,
        )
        valkey = processes.start(
            [find_valkey(), "--port", "0", "--unixsocket", places.valkey_socket, "--save", "", "--dir", state],
            death_signal=signal.SIGKILL,
            log=log,
        )
        try:
            engines = Engines(places=places, postgres_pid=postgres.pid, valkey_pid=valkey.pid)
            _wait_for(engines, postgres)
            yield engines
        finally:
            processes.stop(postgres, signal.SIGINT, signal.SIGQUIT)
            processes.stop(valkey, signal.SIGTERM)


def _wait_for(engines: Engines, postgres: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(engines.database_url("postgres")).close()
        except psycopg.OperationalError:
            if postgres.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
