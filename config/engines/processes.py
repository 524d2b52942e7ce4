import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Literal

Identity = Literal["self", "namespace", "nobody"]

_HAS_PROC = Path("/proc/self/stat").exists()
_LEASH = Path(__file__).with_name("leash.py")


class EngineError(SystemExit):
    """Ends the start with one sentence about an engine."""


def leashed(command: Sequence[str | Path], *, death_signal: signal.Signals, identity: Identity = "self") -> list[str]:
    """Spell `command` so that it runs as `identity` and gets `death_signal` when this process ends in whatever way."""
    # -I -S: a launcher needs neither site-packages nor the caller's PYTHON* variables
    launcher = [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), str(int(death_signal)), identity]
    return [*launcher, *(str(part) for part in command)]


def start(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals,
    identity: Identity = "self",
    environment: Mapping[str, str] | None = None,
    log: IO[bytes] | None = None,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child that cannot outlive this process, in a session of its own, away from the terminal's Ctrl-C."""
    return subprocess.Popen(
        leashed(command, death_signal=death_signal, identity=identity),
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT if log else None,
        start_new_session=True,
    )


def stop(process: subprocess.Popen[bytes], *signals: signal.Signals, patience_s: float = 10) -> None:
    """Send each signal in turn, then SIGKILL, until the process has ended."""
    for number in (*signals, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(number)
            try:
                process.wait(patience_s)
            except subprocess.TimeoutExpired:
                continue


def wait_until(is_so: Callable[[], bool], *, patience_s: float, every_s: float = 0.02) -> bool:
    """Ask again and again; say whether it came true in time."""
    end = time.monotonic() + patience_s
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(every_s)
    return True


def is_running(pid: int, *, program: str) -> bool:
    """Say whether `pid` is a live process of that program; a number that another program took over is not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    state, name = _state_and_name(pid)
    return not state.startswith("Z") and program in name


def _state_and_name(pid: int) -> tuple[str, str]:
    if _HAS_PROC:
        try:
            _, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")
        except OSError:
            return "Z", ""
        name, _, fields = rest.rpartition(")")
        return fields.split()[0], name
    listing = subprocess.run(["ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, name = listing.stdout.strip().partition(" ")
    return state or "Z", name
