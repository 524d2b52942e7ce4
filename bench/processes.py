"""Starting and stopping what the bench runs; nothing outlives the harness, even when it is killed."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.engines.processes import leashed


class DidNotStart(RuntimeError):
    """A process ended, or stayed silent, where it should have listened."""


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], log: Path, pipe: bool = False
) -> subprocess.Popen[str]:
    """Start a process that leads a group of its own, its output going to `log` (what it prints to us, with `pipe`)."""
    with log.open("ab") as output:
        return subprocess.Popen(
            leashed(_found(command), death_signal=signal.SIGKILL),
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if pipe else output,
            stderr=output,
            text=True,
            start_new_session=True,
        )


def run(command: Sequence[str], *, folder: Path, environment: Mapping[str, str], log: Path) -> None:
    """Run a command to its end.

    :raises DidNotStart: it failed.
    """
    process = start(command, folder=folder, environment=environment, log=log)
    if process.wait() != 0:
        raise DidNotStart(f"{command[0]} ended with {process.returncode}:\n{log.read_text()[-2000:]}")


def wait_until_listening(process: subprocess.Popen[str], *, port: int, log: Path, within_s: float = 60) -> None:
    """Return once the process takes connections on `port`.

    :raises DidNotStart: it ended first, or took too long.
    """
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if process.poll() is not None:
            raise DidNotStart(f"ended with {process.returncode}:\n{log.read_text()[-2000:]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise DidNotStart(f"does not listen after {within_s:.0f} s:\n{log.read_text()[-2000:]}")


def stop(process: subprocess.Popen[str], *, within_s: float = 10) -> None:
    """Ask the process to end; after `within_s` end its whole group."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(within_s)
        except subprocess.TimeoutExpired:
            process.kill()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _found(command: Sequence[str]) -> list[str]:
    # the leash takes no search path
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    program = next((folder / command[0] for folder in folders if (folder / command[0]).exists()), Path(command[0]))
    return [str(program), *command[1:]]
