"""Where the proof takes place: a database, a Valkey and two web processes of its own, thrown away afterwards."""

import asyncio
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from config import env
from config.engines import processes
from config.engines.sets import EngineSet
from config.engines.valkey import start_valkey
from config.proof.backups import Backup, back_up, put_back
from config.proof.devices import Person
from config.proof.web import HOST, Unanswered, ask, ask_json

PEOPLE = ("alice", "bob", "carol", "mallory")
PASSWORD = "demo-password"
SIGNED_IN_FOR_S = 480.0
READY_WITHIN_S = 60.0
SERVE = (sys.executable, "-m", "config.serve")
_TRACES = ("Traceback (most recent call last)", '"level": "error"', "[error")


class WebProcess:
    """One server, which may be killed and started again; `log` holds what it printed."""

    def __init__(self, name: str, command: Sequence[str], state: Path, settings: dict[str, str]) -> None:
        self.name, self.command = name, command
        self.port = _free_port()
        self.log = state / f"{name}.log"
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; `answers` waits until it is there. From the main thread: the child dies with the thread."""
        own = {
            "MESSENGER_PROCESS": self.name,
            "MESSENGER_PORT": str(self.port),
            "BASE_URL": f"http://{HOST}:{self.port}",
        }
        with self.log.open("ab") as log:
            self.process = processes.start(
                self.command,
                death_signal=signal.SIGKILL,
                environment=env.for_strangers({**self.settings, **own}),
                log=log,
                folder=env.ROOT,
            )

    async def answers(self) -> None:
        """Wait until it answers.

        :raises SystemExit: it ended, or the time is over.
        """
        until = time.monotonic() + READY_WITHIN_S
        while True:
            try:
                status, _ = await ask(self.port, "GET", "/healthz")
            except Unanswered:
                status = 0
            if status == 200:
                return
            if (self.process is not None and self.process.poll() is not None) or time.monotonic() > until:
                raise SystemExit(f"The {self.name} process did not start:\n{self.log.read_text()[-2000:]}")
            await asyncio.sleep(0.05)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


class Stage:
    """A context: engines and servers run inside of it, and nothing of them is left after it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.engines = EngineSet(state, durable=False)
        self.settings = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "MESSENGER_DEBUG": "on",
            "MESSENGER_STATE": str(state),
            "MESSENGER_UNSAFE_COMMITS": "on",
            "MESSENGER_RATE_LIMIT": "off",
            "MESSENGER_BUS_FAULTS": "on",
            "MESSENGER_LOG_LEVEL": "warning",
        }
        self.servers = [WebProcess(name, SERVE, state, self.settings) for name in ("web1", "web2")]
        self.people: list[Person] = []
        self._signed_in_at = 0.0
        self._held = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as unless_begun:
            unless_begun.callback(self._held.close)
            self._held.enter_context(self.engines.start())
            self.settings["DATABASE_URL"] = self.engines.database_url  # where they are shows once they run
            self.settings["REDIS_URL"] = self.engines.redis_url
            self.manage("prepare", "--no-demo")
            self.manage("seed_demo")
            for server in self.servers:
                self._held.callback(server.kill)
                server.start()
            unless_begun.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    @property
    def ports(self) -> list[int]:
        return [server.port for server in self.servers]

    async def sign_in(self) -> None:
        """Let everybody have a token for the next run; one lives 15 minutes."""
        for server in self.servers:
            await server.answers()
        if self.people and time.monotonic() - self._signed_in_at < SIGNED_IN_FOR_S:
            return
        self._signed_in_at = time.monotonic()
        self.people = [await self._signed_in(name) for name in PEOPLE]

    async def kill_and_start(self, *servers: WebProcess) -> None:
        """Kill servers and start them again."""
        for server in servers:
            server.kill()
        for server in servers:
            server.start()
        for server in servers:
            await server.answers()

    async def serve_by(self, command: Sequence[str]) -> None:
        """Go on with servers of another command."""
        for server in self.servers:
            server.command = command
        await self.kill_and_start(*self.servers)

    async def back_up(self) -> Backup:
        """What the database holds at this moment."""
        return await asyncio.to_thread(back_up, self._database)

    async def restore(self, backup: Backup) -> None:
        """Do what an operator does: stop the servers, put the backup back, name the history anew, start."""
        for server in self.servers:
            server.kill()
        await asyncio.to_thread(put_back, self._database, backup)
        await asyncio.to_thread(self.manage, "new_epoch")
        await self.kill_and_start(*self.servers)

    async def lose_valkey(self, for_s: float) -> None:
        """Kill Valkey, and start it again after a while, empty."""
        if self.engines.valkey is not None:
            self.engines.valkey.process.kill()
            self.engines.valkey.process.wait()
        await asyncio.sleep(for_s)
        self.engines.valkey = start_valkey(self.engines.places)
        self._held.callback(self.engines.valkey.stop)

    def manage(self, *arguments: str) -> None:
        """Run a Django command on this stage's database.

        :raises SystemExit: it failed.
        """
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=env.ROOT,
            env=env.for_strangers(self.settings),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"manage.py {arguments[0]} failed:\n{done.stderr[-2000:]}")

    def complaints(self) -> list[str]:
        """What the servers logged as an error of theirs."""
        found = []
        for server in self.servers:
            lines = server.log.read_text(errors="replace").splitlines()
            found += [f"{server.name}: {line}" for line in lines if any(mark in line for mark in _TRACES)]
        return found

    @property
    def _database(self) -> str:
        return f"host={self.engines.places.sockets} user=postgres dbname=messenger"

    async def _signed_in(self, name: str) -> Person:
        body = {"email": f"{name}@example.com", "password": PASSWORD}
        status, answer = await ask_json(self.ports[0], "POST", "/api/v4/auth/token", body)
        if status != 200:
            raise SystemExit(f"{name} could not sign in: {answer}")
        return Person(name, int(answer["user"]["id"]), answer["access"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
