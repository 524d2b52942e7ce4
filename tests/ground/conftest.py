import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.ground.processes import ROOT, await_no_leftovers, environment, free_port


class Runner:
    """One `./dev up` in a terminal of its own."""

    def __init__(self, state: Path, *options: str, **settings: str) -> None:
        self.state = state
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}/"
        self.words: list[str] = []
        self.last_line = "Messenger is at" if "--no-demo" in options else "    adam@example.com"
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(self.port), "--state", str(state), *options],
            cwd=ROOT,
            env=environment({"MESSENGER_DEBUG": "on", **settings}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def await_address(self) -> None:
        """Read what it prints until it says where the product is."""
        self.await_line(self.last_line)

    def await_line(self, beginning: str) -> None:
        """Read what it prints until a line that begins like this."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.words.append(line.rstrip())
            if line.startswith(beginning):
                return
        raise AssertionError(f"up ended: {self.words}")

    def end(self, number: signal.Signals) -> int:
        """Send a signal; return the exit code."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=20)
        self.words += rest.splitlines()
        return self.process.returncode

    def ended(self) -> tuple[int, str]:
        """Wait until it has ended by itself; return the exit code and what it said."""
        said, _ = self.process.communicate(timeout=30)
        return self.process.returncode, said

    def forget(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=10)


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[..., Runner]]:
    """Start `./dev up` with options and settings, in a state folder of its own unless given one."""
    with ExitStack() as after:

        def start(*options: str, state: Path | None = None, **settings: str) -> Runner:
            runner = Runner(state or tmp_path / "state", *options, **settings)
            after.callback(await_no_leftovers, runner.state)
            after.callback(runner.forget)
            return runner

        yield start
