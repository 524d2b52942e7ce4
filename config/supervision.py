"""The processes that `up` starts, watches and ends together."""

import errno
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import FrameType

from config import env
from config.engines import processes

FRONT = "front"
FRONT_ADDRESS = "127.0.0.1"
DRAINED_WITHIN_S = 17
_PATIENCE_S = 5
_LOOK_EVERY_S = 0.2
_STARTS_AT_MOST, _STARTS_WITHIN_S = 4, 60.0


@dataclass
class _Child:
    """One process, and how to start it anew."""

    name: str
    arguments: tuple[str, ...]
    settings: Mapping[str, str]
    process: subprocess.Popen[bytes]
    started_at: deque[float]

    @property
    def is_hopeless(self) -> bool:
        """True where it was started so often of late that once more would not help."""
        return len(self.started_at) == _STARTS_AT_MOST and time.monotonic() - self.started_at[0] < _STARTS_WITHIN_S


class Household:
    """Children that live and die with this process; they are told of their settings by environment."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._environment = env.for_children({"DJANGO_SETTINGS_MODULE": "config.settings", **settings})
        self._children: dict[str, _Child] = {}
        self._state = settings["MESSENGER_STATE"]
        self._address = spelled(settings["MESSENGER_HOST"], int(settings["MESSENGER_PORT"]))
        self._addresses = [self._address]

    def run(self, *arguments: str) -> None:
        """Run one program to its end.

        :raises SystemExit: it failed; it has said why itself.
        """
        child = self._start("preparation", *arguments)
        if child.process.wait() != 0:
            raise SystemExit(child.process.returncode)
        del self._children["preparation"]

    def start_web(self, count: int) -> None:
        """Start the web process, or several and the front before them."""
        if count == 1:
            self._start("web process", "-m", "config.serve")
        else:
            self._start_several(count)

    def start_jobs(self) -> None:
        """Start Celery's worker and beat."""
        celery = ("-m", "celery", "--app", "config.celery", "--quiet")
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        self._start("worker", *celery, "worker", "--pool", "threads", "--concurrency", "2", *quiet)
        self._start("beat", *celery, "beat", "--schedule", f"{self._state}/beat", "--pidfile", "")

    def _start_several(self, count: int) -> None:
        trusted = env.words("MESSENGER_TRUSTED_PROXIES")
        ports = dict(zip((f"web{number}" for number in range(1, count + 1)), _free_ports(count), strict=True))
        for name, port in ports.items():
            settings = {
                "MESSENGER_HOST": FRONT_ADDRESS,
                "MESSENGER_PORT": str(port),
                "MESSENGER_PROCESS": name,
                "MESSENGER_TRUSTED_PROXIES": ",".join([FRONT_ADDRESS, *trusted]),
            }
            self._start(f"web process {name}", "-m", "config.serve", settings=settings)
        self._addresses = [*(f"{FRONT_ADDRESS}:{port}" for port in ports.values()), self._address]
        options = [f"--process={name}={port}" for name, port in ports.items()]
        options += [f"--trusted={address}" for address in trusted]
        self._start(FRONT, "-m", "config.front", f"--listen={self._address}", *options)

    def await_web(self, *, patience_s: float = 60) -> None:
        """Wait until every web process answers, and the front.

        :raises SystemExit: a process ended, or the time is over.
        """
        end = time.monotonic() + patience_s
        for address in self._addresses:
            while not _answers(f"http://{address}/healthz"):
                self._raise_if_ended()
                if time.monotonic() > end:
                    raise SystemExit(f"The web process did not answer at {address} within {patience_s:.0f} s.")
                time.sleep(0.05)

    def watch(self, say: Callable[[str], None], *, engines: Callable[[], Iterable[str]]) -> None:
        """Look after the processes for as long as this one lives: one that ended by itself is started again.

        `engines` does the same for the engines, and names those that it started.

        :raises SystemExit: one ended again and again, or the time has come to end.
        """
        while True:
            for name in engines():
                say(f"{name} ended by itself; it was started again")
            for child in list(self._children.values()):
                code = child.process.poll()
                if code is None:
                    continue
                if child.is_hopeless:
                    raise SystemExit(
                        f"The {child.name} ended by itself again and again (exit code {code}); "
                        "its last words are above."
                    )
                say(f"The {child.name} ended by itself (exit code {code}); starting it again")
                self._start(child.name, *child.arguments, settings=child.settings)
            time.sleep(_LOOK_EVERY_S)

    def end(self, _signal: int, _frame: FrameType | None) -> None:
        """As a signal handler: leave whatever is going on, quietly."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        raise SystemExit(0)

    def stop(self) -> None:
        """Tell all children to end, wait for them, kill what is left. Those behind the front end before it."""
        front = [child for child in self._children.values() if child.name == FRONT]
        self._stop([child for child in self._children.values() if child.name != FRONT], patience_s=DRAINED_WITHIN_S)
        self._stop(front, patience_s=_PATIENCE_S)

    def _stop(self, children: Sequence[_Child], *, patience_s: float) -> None:
        for child in children:
            child.process.terminate()
        processes.wait_until(lambda: all(child.process.poll() is not None for child in children), patience_s=patience_s)
        for child in children:
            processes.stop(child.process)

    def _start(self, name: str, *arguments: str, settings: Mapping[str, str] | None = None) -> _Child:
        # -W: a laptop's root is welcome to try the product
        process = processes.start(
            [sys.executable, "-W", "ignore:You're running the worker", *arguments],
            death_signal=signal.SIGKILL,
            environment={**self._environment, **(settings or {})},
            folder=env.ROOT,
        )
        known = self._children.get(name)
        starts = known.started_at if known else deque(maxlen=_STARTS_AT_MOST)
        starts.append(time.monotonic())
        self._children[name] = child = _Child(name, arguments, settings or {}, process, starts)
        return child

    def _raise_if_ended(self) -> None:
        for child in self._children.values():
            code = child.process.poll()
            if code is not None:
                raise SystemExit(f"The {child.name} ended by itself (exit code {code}); its last words are above.")


def what_hinders(host: str, port: int) -> str:
    """Say why no server can listen there, in one sentence; empty where one can."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"Port {port} is busy: choose another with --port."
        if error.errno == errno.EACCES:
            return f"Port {port} is kept for root: choose one from 1024 with --port."
        return f"MESSENGER_HOST must be an address of this machine, not {host!r}."
    return ""


def spelled(host: str, port: int) -> str:
    """Spell a place as addresses have it: `127.0.0.1:8000`, `[::1]:8000`."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((FRONT_ADDRESS, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
