"""The processes that `up` starts, watches and ends together."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from types import FrameType

from config import env
from config.engines import processes

_PATIENCE_S = 5


class Household:
    """Children that live and die with this process; they are told of their settings by environment."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._environment = env.for_children({"DJANGO_SETTINGS_MODULE": "config.settings", **settings})
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._state = settings["MESSENGER_STATE"]

    def run(self, *arguments: str) -> None:
        """Run one program to its end.

        :raises SystemExit: it failed; it has said why itself.
        """
        child = self._start("preparation", *arguments)
        if child.wait() != 0:
            raise SystemExit(child.returncode)
        del self._children["preparation"]

    def start_all(self, *, with_jobs: bool) -> None:
        """Start the web process, and Celery's worker and beat."""
        self._start("web process", "-m", "config.serve")
        if with_jobs:
            celery = ("-m", "celery", "--app", "config.celery", "--quiet")
            quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
            self._start("worker", *celery, "worker", "--pool", "threads", "--concurrency", "2", *quiet)
            self._start("beat", *celery, "beat", "--schedule", f"{self._state}/beat", "--pidfile", "")

    def await_web(self, address: str, *, patience_s: float = 60) -> None:
        """Wait until the web process answers.

        :raises SystemExit: a process ended, or the time is over.
        """
        end = time.monotonic() + patience_s
        while not _answers(address):
            self._raise_if_ended()
            if time.monotonic() > end:
                raise SystemExit(f"The web process did not answer at {address} within {patience_s:.0f} s.")
            time.sleep(0.05)

    def watch(self) -> None:
        """Wait for as long as all are well.

        :raises SystemExit: a process ended by itself, or the time has come to end.
        """
        while True:
            self._raise_if_ended()
            time.sleep(0.2)

    def end(self, _signal: int, _frame: FrameType | None) -> None:
        """As a signal handler: leave whatever is going on, quietly."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        raise SystemExit(0)

    def stop(self) -> None:
        """Tell all children to end, wait a few seconds for them, kill what is left."""
        for child in self._children.values():
            child.terminate()
        processes.wait_until(
            lambda: all(child.poll() is not None for child in self._children.values()), patience_s=_PATIENCE_S
        )
        for child in self._children.values():
            processes.stop(child)

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        # -W: a laptop's root is welcome to try the product
        child = processes.start(
            [sys.executable, "-W", "ignore:You're running the worker", *arguments],
            death_signal=signal.SIGKILL,
            environment=self._environment,
            folder=env.ROOT,
        )
        self._children[name] = child
        return child

    def _raise_if_ended(self) -> None:
        for name, child in self._children.items():
            if child.poll() is not None:
                raise SystemExit(
                    f"The {name} ended by itself (exit code {child.returncode}); its last words are above."
                )


def is_free(host: str, port: int) -> bool:
    """Say whether a server can listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
