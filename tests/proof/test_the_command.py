import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest

from config.management.commands.verify_sync import Command
from config.proof.runs import Outcome
from tests.ground.processes import ROOT, environment


def start(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    """The command as somebody at a terminal starts it; what it throws away lies in `folder`."""
    settings = {"MESSENGER_DEBUG": "on", "TMPDIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "manage.py", "verify_sync", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment(settings), stdout=subprocess.PIPE, text=True)


def processes_in(folder: Path) -> list[str]:
    """Who still works on something below the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            said = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            is_dead = (entry / "stat").read_text().rpartition(")")[2].startswith(" Z")
        except OSError:
            continue
        if os.fsencode(folder) + b"/messenger-proof" in said and not is_dead:
            found.append(entry.name)
    return found


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_it_says_that_all_are_equal_and_leaves_nothing_behind(tmp_path: Path) -> None:
    running = start(tmp_path, "--runs", "1", "--seed", "4")

    said, _ = running.communicate(timeout=200)

    assert running.returncode == 0, said
    assert said.startswith("seed 4 calm: equal (")
    assert "1 runs in " in said
    assert (list(tmp_path.glob("messenger-proof-*")), processes_in(tmp_path)) == ([], [])


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_ended_in_the_middle_it_leaves_nothing_behind(tmp_path: Path) -> None:
    running = start(tmp_path, "--runs", "1000")
    until = time.monotonic() + 120
    while not list(tmp_path.glob("messenger-proof-*/web1.log")) and time.monotonic() < until:
        time.sleep(0.1)
    assert processes_in(tmp_path) != []

    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)

    assert running.returncode == 130
    assert (list(tmp_path.glob("messenger-proof-*")), processes_in(tmp_path)) == ([], [])


def test_it_prints_what_differs_and_fails() -> None:
    out = StringIO()
    command = Command(stdout=out)
    differing = Outcome(
        56, "calm", differences=["bob (polling): 7.title: 'A', not 'B'"], histories={"bob": ["heard it"]}
    )

    command.tell(differing, seconds=1.5)
    with pytest.raises(SystemExit) as failed:
        command.judge([Outcome(55, "lossy"), differing], [])

    assert failed.value.code == 1
    assert out.getvalue().splitlines() == [
        "seed 56 calm: 1 DIFFERENCES (1.5 s)",
        "  bob (polling): 7.title: 'A', not 'B'",
        "  what bob, heard last:",
        "    heard it",
        "NOT EQUAL after seed 56: --runs 1 --seed 56",
    ]


def test_what_servers_complain_of_fails_too() -> None:
    out = StringIO()

    with pytest.raises(SystemExit) as failed:
        Command(stdout=out).judge([Outcome(55, "lossy")], ["web1: Traceback"])

    assert (failed.value.code, out.getvalue()) == (1, "  a server complained: web1: Traceback\n")
