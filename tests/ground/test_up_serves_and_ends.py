import contextlib
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg
import pytest

from config.engines.sets import EngineSet
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


def test_a_mongodb_address_is_warned_of_once(up: Callable[..., Runner]) -> None:
    runner = up("--no-demo", MONGODB_URI="mongodb://old/messenger")
    runner.await_address()
    assert runner.end(signal.SIGTERM) == 0

    assert sum("MONGODB_URI is ignored" in line for line in runner.words) == 1


def test_fresh_forgets_what_was(up: Callable[..., Runner]) -> None:
    first = up()
    first.await_address()
    assert _sign_in_as_alice(first) == 200
    assert first.end(signal.SIGTERM) == 0

    again = up("--no-demo", state=first.state)
    again.await_address()
    assert _sign_in_as_alice(again) == 200
    assert again.end(signal.SIGTERM) == 0
    left = [first.state / name / "left.txt" for name in ("attachments", "mail")]
    for file in left:
        file.parent.mkdir(exist_ok=True)
        file.write_text("of the old installation")

    fresh = up("--fresh", "--no-demo", state=first.state)
    fresh.await_address()
    assert _sign_in_as_alice(fresh) == 401
    assert [file for file in left if file.exists()] == []


def test_given_engines_replace_the_embedded_ones(up: Callable[..., Runner], tmp_path: Path) -> None:
    with EngineSet(tmp_path / "theirs", durable=True).start() as theirs:
        runner = up("--no-demo", DATABASE_URL=theirs.database_url, REDIS_URL=theirs.redis_url)

        runner.await_address()

        assert get(f"{runner.address}readyz")[0] == 200
        assert {"postgres", "valkey-server"}.isdisjoint(leftovers(runner.state))
        assert runner.end(signal.SIGTERM) == 0
        with psycopg.connect(theirs.database_url) as database:
            assert database.execute("SELECT count(*) FROM messenger_installation").fetchone() == (1,)


def test_it_serves_ipv6_too(up: Callable[..., Runner]) -> None:
    runner = up("--no-demo", MESSENGER_HOST="::1")

    runner.await_address()

    assert f"Messenger is at http://[::1]:{runner.port}/ (after" in "\n".join(runner.words)
    assert get(f"http://[::1]:{runner.port}/healthz")[0] == 200


def test_two_checkouts_run_side_by_side(up: Callable[..., Runner], tmp_path: Path) -> None:
    here, there = up("--no-demo", state=tmp_path / "here"), up("--no-demo", state=tmp_path / "there")

    here.await_address()
    there.await_address()

    assert (get(f"{here.address}readyz")[0], get(f"{there.address}readyz")[0]) == (200, 200)


def test_a_process_that_ends_by_itself_is_started_again(up: Callable[..., Runner]) -> None:
    runner = up("--no-demo")
    runner.await_address()

    os.kill(pid_listening_on(runner.port), signal.SIGKILL)
    runner.await_line("The web process ended by itself (exit code -9); starting it again …")
    _await_answer(f"{runner.address}readyz")

    assert runner.end(signal.SIGTERM) == 0
    assert leftovers(runner.state) == []


@pytest.mark.parametrize(("program", "name"), [("valkey-server", "Valkey"), ("postgres", "PostgreSQL")])
def test_an_engine_that_ends_by_itself_is_started_again(up: Callable[..., Runner], program: str, name: str) -> None:
    runner = up("--no-demo")
    runner.await_address()

    os.kill(min(pids(runner.state, program)), signal.SIGKILL)
    runner.await_line(f"{name} ended by itself; it was started again …")
    _await_answer(f"{runner.address}readyz")

    assert runner.end(signal.SIGTERM) == 0
    assert leftovers(runner.state) == []


def test_one_that_ends_again_and_again_is_the_end_of_all(up: Callable[..., Runner]) -> None:
    runner = up("--no-demo")
    runner.await_address()

    last = 0
    for _ in range(4):
        last = _await_listener(runner.port, other_than=last)
        os.kill(last, signal.SIGKILL)

    code, said = runner.ended()
    assert code == 1
    assert "The web process ended by itself again and again (exit code -9); its last words are above." in said
    assert leftovers(runner.state) == []


def test_two_web_processes_stand_behind_one_address(up: Callable[..., Runner]) -> None:
    runner = up("--no-demo", "--web", "2")
    runner.await_address()
    polling = f"{runner.address}socket.io/?EIO=4&transport=polling"

    sids = {json.loads(get(polling)[1][1:])["sid"].partition(".")[0] for _ in range(4)}
    victim = next(pid for pid in pids(runner.state, "python") if b"config.serve" in _command_of(pid))
    os.kill(victim, signal.SIGKILL)
    statuses = [get(f"{runner.address}healthz")[0] for _ in range(10)]
    runner.await_line("The web process web")

    assert (sids, statuses) == ({"web1", "web2"}, [200] * 10)
    assert runner.end(signal.SIGTERM) == 0
    assert leftovers(runner.state) == []


def _command_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _await_answer(address: str) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            assert get(address)[0] == 200
            return
        time.sleep(0.1)
    raise AssertionError(f"no answer from {address}")


def _await_listener(port: int, other_than: int = 0) -> int:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(ValueError, AssertionError):
            pid = pid_listening_on(port)
            if pid != other_than:
                return pid
        time.sleep(0.05)
    raise AssertionError(f"nobody listens on {port}")


def test_without_redis_one_process_serves_everything(up: Callable[..., Runner]) -> None:
    runner = up("--no-demo", REDIS_URL="memory")
    runner.await_address()

    assert b'"mode": "memory: one process serves everything"' in get(f"{runner.address}readyz")[1]
    assert pids(runner.state, "valkey-server") == []


def _sign_in_as_alice(runner: Runner) -> int:
    proof = {"email": "alice@example.com", "password": "demo-password"}
    return httpx.post(f"{runner.address}api/v4/auth/token", json=proof, timeout=10).status_code
