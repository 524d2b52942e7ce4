import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from config.engines.sets import EngineSet
from tests.ground.conftest import Runner
from tests.ground.processes import free_port, run_python


def test_a_busy_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        ended = run_python(
            "manage.py", "up", "--port", str(port), settings={"MESSENGER_DEBUG": "on", "MESSENGER_STATE": str(tmp_path)}
        )

    assert ended.returncode == 1
    assert ended.stderr.strip() == f"CommandError: Port {port} is busy: choose another with --port."
    assert ended.stdout == ""


@pytest.mark.parametrize("port", ["0", "65536", "-1"])
def test_a_port_that_is_none_is_said_in_one_sentence(tmp_path: Path, port: str) -> None:
    ended = run_python(
        "manage.py", "up", f"--port={port}", settings={"MESSENGER_DEBUG": "on", "MESSENGER_STATE": str(tmp_path)}
    )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.strip() == f"CommandError: --port takes a number from 1 to 65535, not {port}."


@pytest.mark.parametrize("host", ["198.51.100.7", "nobody.invalid"])
def test_an_address_of_another_machine_is_not_called_busy(tmp_path: Path, host: str) -> None:
    settings = {"MESSENGER_DEBUG": "on", "MESSENGER_STATE": str(tmp_path), "MESSENGER_HOST": host}

    ended = run_python("manage.py", "up", "--port", str(free_port()), settings=settings)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.strip() == f"CommandError: MESSENGER_HOST must be an address of this machine, not {host!r}."


@pytest.mark.parametrize("folder", ["/proc/state", "/dev/null"])
def test_a_state_folder_that_cannot_be_is_said_in_one_sentence(up: Callable[..., Runner], folder: str) -> None:
    code, said = up(state=Path(folder)).ended()

    assert code == 1
    assert said.splitlines()[-1].startswith(f"The state folder {folder} cannot be made: ")
    assert "Traceback" not in said


def test_a_state_folder_in_use_is_said_in_one_sentence(up: Callable[..., Runner], tmp_path: Path) -> None:
    with EngineSet(tmp_path, durable=False).start(postgres=False):
        runner = up(state=tmp_path)

        code, said = runner.ended()

    assert code == 1
    assert f"The state folder {tmp_path} is in use by process {os.getpid()}: stop that, or choose another" in said


def test_several_processes_need_valkey(up: Callable[..., Runner]) -> None:
    code, said = up("--web", "2", REDIS_URL="memory").ended()

    assert code == 1
    assert "REDIS_URL=memory is for one web process: several need Valkey to hear of each other." in said


def test_a_valkey_that_does_not_answer_is_said_in_one_sentence(up: Callable[..., Runner]) -> None:
    code, said = up(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0").ended()

    assert (code, said.strip()) == (1, "CommandError: REDIS_URL names a Valkey or Redis that does not answer.")


def test_fresh_never_touches_a_database_of_ones_own(up: Callable[..., Runner]) -> None:
    runner = up("--fresh", DATABASE_URL="postgresql://someone@/theirs?host=/nowhere")

    code, said = runner.ended()

    assert code == 1
    assert "--fresh forgets the embedded engines only" in said


@pytest.mark.parametrize("name", ["fsync", "synchronous_commit"])
def test_a_database_that_may_lose_commits_is_refused(up: Callable[..., Runner], tmp_path: Path, name: str) -> None:
    state = tmp_path / "database"
    with EngineSet(state, durable=True, postgres_options={name: "off"}).start(valkey=False) as engines:
        runner = up(DATABASE_URL=engines.database_url, REDIS_URL="memory")

        code, said = runner.ended()

    assert code == 1
    assert f"DATABASE_URL names a database with {name}=off, which loses messages." in said
