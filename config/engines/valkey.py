import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import redis

from config.engines import processes
from config.engines.binaries import find_valkey
from config.engines.places import Places
from config.engines.processes import EngineError


@dataclass(frozen=True)
class Valkey:
    """One running Valkey or Redis."""

    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        processes.stop(self.process, signal.SIGTERM)


def start_valkey(places: Places) -> Valkey:
    """Start the server of this state folder; what it holds is a hint, so nothing is written to disk.

    :raises EngineError: it did not start; the sentence names its log.
    """
    program = find_valkey()
    for folder in (places.valkey, places.sockets):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = places.state / "valkey.log"
    socket = places.valkey_socket
    socket.unlink(missing_ok=True)
    options = {"port": "0", "unixsocket": str(socket), "unixsocketperm": "700", "save": "", "appendonly": "no"}
    command: list[str | Path] = [program, "--dir", places.valkey]
    for name, value in options.items():
        command += [f"--{name}", value]
    with log.open("ab") as file:
        process = processes.start(command, death_signal=signal.SIGTERM, log=file, folder=Path("/"))
    server = Valkey(process)
    if not processes.wait_until(lambda: process.poll() is not None or _answers(places.redis_url), patience_s=20):
        server.stop()
    if process.poll() is not None:
        raise EngineError(f"Valkey did not start; {log} says why.")
    return server


def _answers(url: str) -> bool:
    client = redis.Redis.from_url(url)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
