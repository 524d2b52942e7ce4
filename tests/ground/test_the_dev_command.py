import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.engines.processes import is_running, wait_until
from tests.ground.processes import ROOT, environment, free_port, get, run_python


def _dev(*arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    settings = {"PATH": path} if path else {}
    return subprocess.run(
        ["./dev", *arguments], cwd=ROOT, env=environment(settings), capture_output=True, text=True, check=False
    )


@pytest.fixture
def path_without_node(tmp_path: Path) -> str:
    for program in ("sh", "dirname", "cat", "cksum"):
        (tmp_path / program).symlink_to(shutil.which(program) or program)
    return str(tmp_path)


def test_alone_it_says_what_there_is() -> None:
    said = _dev()

    assert said.returncode == 0
    for command in ("up", "test", "check", "bench", "manage", "shell", "conformance"):
        assert f"./dev {command}" in said.stdout


def test_an_unknown_command_is_refused() -> None:
    said = _dev("upp")

    assert said.returncode == 2
    assert said.stderr.startswith("./dev upp: there is no such command.\n")


@pytest.mark.parametrize("command", ["check", "bench"])
def test_where_node_is_missing_it_says_how_to_get_it(path_without_node: str, command: str) -> None:
    said = _dev(command, path=path_without_node)

    assert said.returncode == 1
    assert said.stderr == f"./dev {command} needs Node.js 20 or newer; on Debian: apt-get install nodejs npm\n"


def test_a_command_finds_the_engines_or_starts_them(tmp_path: Path) -> None:
    program = "from django.db import connection; connection.ensure_connection(); print('connected')"
    settings = {"MESSENGER_DEBUG": "on", "MESSENGER_STATE": str(tmp_path)}

    said = run_python(
        "-m", "config.engines", "manage.py", "shell", "--verbosity", "0", "-c", program, settings=settings
    )

    assert (said.returncode, said.stdout) == (0, "connected\n")


@pytest.mark.slow
def test_runserver_serves_by_daphne(tmp_path: Path) -> None:
    port = free_port()
    command = ["-m", "config.engines", "manage.py", "runserver", "--noreload", "--skip-checks", str(port)]
    settings = environment({"MESSENGER_DEBUG": "on", "MESSENGER_STATE": str(tmp_path)})
    with subprocess.Popen([sys.executable, *command], cwd=ROOT, env=settings, start_new_session=True) as server:
        try:
            assert _answer_of(f"http://127.0.0.1:{port}/healthz") == (200, b'{"status": "ok"}')
        finally:
            os.killpg(server.pid, signal.SIGINT)


@pytest.mark.slow
def test_a_watched_child_ends_with_its_starter_where_the_system_does_not_help(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = f"import os, time, pathlib; pathlib.Path({str(note)!r}).write_text(str(os.getpid())); time.sleep(60)"
    watcher = (
        "import os, sys; from config.engines.leash import _watch; "
        f"_watch(parent=os.getppid(), death_signal=15, command=[sys.executable, '-c', {child!r}])"
    )
    starter = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {watcher!r}])"
    with subprocess.Popen([sys.executable, "-c", starter], cwd=ROOT) as started:
        assert wait_until(lambda: note.exists() and note.read_text() != "", patience_s=20)
        pid = int(note.read_text())
        started.kill()

    assert wait_until(lambda: not is_running(pid, program="python"), patience_s=10)


def _answer_of(address: str) -> tuple[int, bytes]:
    answers: list[tuple[int, bytes]] = []

    def answered() -> bool:
        with contextlib.suppress(OSError):
            answers.append(get(address))
        return bool(answers)

    assert wait_until(answered, patience_s=30, every_s=0.1)
    return answers[0]
