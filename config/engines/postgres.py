import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from config.engines import identities, processes
from config.engines.binaries import PostgresBinaries, find_postgres
from config.engines.places import Places
from config.engines.processes import EngineError, Identity

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "max_wal_size": "1GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "dynamic_shared_memory_type": "mmap",
}
_FAST_AND_LOSSY = {"shared_buffers": "128MB", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


_BUFFERS_MB = (128, 1024)


def _buffers() -> dict[str, str]:
    """An eighth of the machine's memory, within bounds: pages cost memory only once they are read."""
    memory_mb = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    least, most = _BUFFERS_MB
    return {"shared_buffers": f"{min(most, max(least, memory_mb // 8))}MB"}


@dataclass(frozen=True)
class Postgres:
    """One running PostgreSQL."""

    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Close all connections and end; whoever is in a transaction loses it."""
        processes.stop(self.process, signal.SIGINT, signal.SIGQUIT)


def start_postgres(
    places: Places,
    *,
    durable: bool,
    options: dict[str, str] | None = None,
    identity: Identity | None = None,
    major: int | None = None,
) -> Postgres:
    """Start the server of this state folder, made first where it is new; returns once it takes connections.

    :raises EngineError: it did not start; the sentence names its log.
    """
    identity = identity or identities.choose_identity()
    binaries = identities.make_reachable(places, _binaries_for(places, major=major), identity=identity)
    identities.own(places.sockets, identity=identity)
    _await_predecessor(places.postgres)
    if not (places.postgres / "PG_VERSION").exists():
        _create(places, binaries, durable=durable, identity=identity)
    settings = {
        **_SETTINGS,
        **_buffers(),
        "unix_socket_directories": str(places.sockets),
        **({} if durable else _FAST_AND_LOSSY),
        **(options or {}),
    }
    command: list[str | Path] = [binaries["postgres"], "-D", places.postgres]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    log = places.state / "postgres.log"
    with log.open("ab") as file:
        process = processes.start(
            command,
            death_signal=signal.SIGINT,
            identity=identity,
            log=file,
            folder=Path("/"),
            environment=_environment(),
        )
    server = Postgres(process)
    if not processes.wait_until(lambda: process.poll() is not None or _answers(places), patience_s=60):
        server.stop()
    if process.poll() is not None:
        raise EngineError(f"PostgreSQL did not start; {log} says why: {_last_line(log)}")
    _ensure_database(places)
    return server


def _binaries_for(places: Places, *, major: int | None) -> PostgresBinaries:
    version = places.postgres / "PG_VERSION"
    return find_postgres(major=int(version.read_text()) if version.exists() else major)


def _await_predecessor(data: Path) -> None:
    """Let a server whose starter was killed finish; forget one that is gone for good."""
    note = data / "postmaster.pid"
    if not note.exists():
        return
    pid = int(note.read_text().split("\n", 1)[0] or 0)
    gone = processes.wait_until(lambda: not (pid and processes.is_running(pid, program="postgres")), patience_s=20)
    if not gone:
        raise EngineError(f"Another PostgreSQL (process {pid}) already serves {data}.")
    note.unlink(missing_ok=True)


def _create(places: Places, binaries: PostgresBinaries, *, durable: bool, identity: Identity) -> None:
    # made beside and renamed, so that a start that was interrupted leaves no half of a database
    unfinished = places.home / "postgres.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    identities.own(unfinished, identity=identity)
    locale = (
        ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if binaries.major >= 17
        else ["--locale=C.UTF-8"]
    )
    command: list[str | Path] = [
        binaries["initdb"],
        "-D",
        unfinished,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        *locale,
    ]
    if not durable:
        command.append("--no-sync")
    made = subprocess.run(
        processes.leashed(command, death_signal=signal.SIGKILL, identity=identity),
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=_environment(),
    )
    if made.returncode != 0:
        raise EngineError(f"PostgreSQL's initdb failed in {unfinished}: {made.stderr.strip()[-500:]}")
    unfinished.rename(places.postgres)


def _ensure_database(places: Places) -> None:
    with psycopg.connect(host=str(places.sockets), user="postgres", dbname="postgres", autocommit=True) as connection:
        for kind, table, column in (("ROLE", "pg_roles", "rolname"), ("DATABASE", "pg_database", "datname")):
            known = sql.SQL("SELECT 1 FROM {} WHERE {} = 'messenger'").format(
                sql.Identifier(table), sql.Identifier(column)
            )
            if connection.execute(known).fetchone() is None:
                rest = "LOGIN CREATEDB" if kind == "ROLE" else "OWNER messenger"
                connection.execute(sql.SQL(f"CREATE {kind} messenger {rest}"))


def _answers(places: Places) -> bool:
    try:
        psycopg.connect(host=str(places.sockets), user="postgres", dbname="postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "nothing"
