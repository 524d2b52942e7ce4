"""A real server process of the product on the test run's engines, for tests through the door a user has."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

from tests.ground.processes import ROOT, environment, free_port

READY_WITHIN_S = 90.0  # on a machine that is busy with much else


def database_url() -> str:
    """Where pytest-django's test database is, for another process."""
    parts = connection.settings_dict
    host = str(parts["HOST"])
    where = f"{host}:{parts['PORT']}" if not host.startswith("/") else ""
    query = f"?host={host}&port={parts['PORT']}" if host.startswith("/") else ""
    return f"postgresql://{parts['USER']}:{parts['PASSWORD']}@{where}/{parts['NAME']}{query}"


@dataclass
class Server:
    """One web process. `log` holds what it printed."""

    port: int
    log: Path
    command: list[str]
    settings: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/messenger/"

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self._spawn(log)
        until = time.monotonic() + READY_WITHIN_S
        while not self._answers():
            assert self.process is not None
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def _spawn(self, log: IO[bytes]) -> None:
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=environment(self.settings), stdout=log, stderr=subprocess.STDOUT
        )

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self) -> None:
        """End it as a deployment does."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base_url}/healthz", timeout=1) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False


@contextlib.contextmanager
def running_server(log_folder: Path, *, server: str = "uvicorn", **more: str) -> Iterator[Server]:
    """The product on a free port, on the test database (use with `transactional_db`); `more` are settings.

    `server` is `uvicorn`, `daphne`, or one of `tests.variants`.
    """
    port = free_port()
    command = [sys.executable, "-m", "config.serve"]
    if server in ("light", "hurried"):
        command = [sys.executable, "-m", "tests.variants", server]
    elif server == "daphne":
        command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "config.asgi:application"]
    running = Server(
        port=port,
        log=log_folder / f"server-{port}.log",
        command=command,
        settings={
            "MESSENGER_DEBUG": "on",
            "MESSENGER_PORT": str(port),
            "BASE_URL": f"http://127.0.0.1:{port}",
            "MESSENGER_UNSAFE_COMMITS": "on",
            "MESSENGER_STATE": os.environ["MESSENGER_STATE"],
            "MESSENGER_LOG_LEVEL": "info",
            "DATABASE_URL": database_url(),
            "REDIS_URL": str(settings.REDIS_URL),
            **more,
        },
    )
    try:
        running.start()
        yield running
    finally:
        running.stop()
