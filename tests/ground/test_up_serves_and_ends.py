import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ground.conftest import Runner
from tests.ground.processes import await_no_leftovers, get, leftovers, pid_listening_on, pids

pytestmark = pytest.mark.slow


def test_up_says_where_the_product_is_and_as_whom_to_try_it(up: Callable[..., Runner]) -> None:
    runner = up(MESSENGER_DEMO_PASSWORD="a-password-of-mine")

    runner.await_address()

    said = "\n".join(runner.words)
    assert f"Messenger is at {runner.address} (after" in said
    assert "Sign in with the password a-password-of-mine as one of" in said
    assert "    alice@example.com     customer" in said
    assert get(f"{runner.address}healthz") == (200, b'{"status": "ok"}')
    assert get(f"{runner.address}readyz")[0] == 200
    assert {"postgres", "valkey-server"} <= set(leftovers(runner.state))

    assert runner.end(signal.SIGINT) == 0
    assert runner.words[-1] == "Stopped …"
    assert leftovers(runner.state) == []


def test_a_killed_runner_leaves_no_orphan_and_the_next_start_works(up: Callable[..., Runner], tmp_path: Path) -> None:
    killed = up("--no-demo")
    killed.await_address()

    killed.end(signal.SIGKILL)

    next_one = up("--no-demo", state=killed.state)
    next_one.await_address()
    assert get(f"{next_one.address}readyz")[0] == 200
    assert len(pids(killed.state, "valkey-server")) == 1

    assert next_one.end(signal.SIGTERM) == 0
    assert await_no_leftovers(killed.state, patience_s=5) == []


def test_two_checkouts_run_side_by_side(up: Callable[..., Runner], tmp_path: Path) -> None:
    here, there = up("--no-demo", state=tmp_path / "here"), up("--no-demo", state=tmp_path / "there")

    here.await_address()
    there.await_address()

    assert (get(f"{here.address}readyz")[0], get(f"{there.address}readyz")[0]) == (200, 200)


def test_the_end_of_one_process_is_the_end_of_all(up: Callable[..., Runner]) -> None:
    runner = up("--no-demo")
    runner.await_address()

    os.kill(pid_listening_on(runner.port), signal.SIGKILL)

    code, said = runner.ended()
    assert code == 1
    assert "The web process ended by itself (exit code -9)" in said
    assert leftovers(runner.state) == []


def test_without_redis_one_process_serves_everything(up: Callable[..., Runner]) -> None:
    runner = up("--no-demo", REDIS_URL="memory")
    runner.await_address()

    assert b'"mode": "memory: one process serves everything"' in get(f"{runner.address}readyz")[1]
    assert pids(runner.state, "valkey-server") == []
