import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from config.engines.places import Places
from config.engines.postgres import Postgres, start_postgres
from tests.ground.processes import PRODUCTION, run_python
from tests.servers import Server, running_server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Where a PostgreSQL of this module's own lives."""
    return Places(tmp_path_factory.mktemp("postgres"))


@pytest.fixture(scope="module")
def running(places: Places) -> Iterator[list[Postgres]]:
    """That PostgreSQL, which a test may stop and start again."""
    servers = [start_postgres(places, durable=True)]
    yield servers
    servers[-1].stop()


@pytest.fixture(scope="module")
def web(running: list[Postgres], places: Places, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A web process on it."""
    settings = {
        **PRODUCTION,
        "MESSENGER_DEBUG": "off",
        "MESSENGER_UNSAFE_COMMITS": "off",
        "MESSENGER_TRUSTED_PROXIES": "127.0.0.1",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": places.database_url,
        "REDIS_URL": "memory",
    }
    assert run_python("manage.py", "prepare", "--no-demo", settings=settings).returncode == 0
    folder: Path = tmp_path_factory.mktemp("web")
    with running_server(folder, **settings) as server:
        yield server


def _get(web: Server, path: str, **cookies: str) -> httpx.Response:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    return httpx.get(f"{web.base_url}{path}", headers=headers, cookies=cookies, timeout=20, trust_env=False)


def _ready(web: Server) -> tuple[int, str]:
    answer = _get(web, "/readyz")
    return answer.status_code, answer.json()["parts"]["database"]


def test_a_database_that_hangs_makes_nobody_wait_for_readyz(web: Server, running: list[Postgres]) -> None:
    assert _ready(web) == (200, "ok")
    pids = [running[-1].process.pid, *_children_of(running[-1].process.pid)]
    for pid in pids:
        _send(pid, signal.SIGSTOP)
    began = time.monotonic()

    hung = [_ready(web), _ready(web)]
    took = time.monotonic() - began
    for pid in pids:
        _send(pid, signal.SIGCONT)

    assert hung == [(503, "unavailable")] * 2
    assert took < 10
    assert _soon(web) == (200, "ok")


def test_pages_say_that_it_is_away_and_work_again_afterwards(
    web: Server, running: list[Postgres], places: Places
) -> None:
    running[-1].stop()

    page = _get(web, "/")
    rest = _get(web, "/api/v4/auth/me", sessionid="x" * 32)
    gone = _ready(web)
    running.append(start_postgres(places, durable=True))

    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "Please try again in a moment." in page.text
    assert (rest.status_code, rest.json()["code"]) == (503, "unavailable")
    assert gone == (503, "unavailable")
    assert _soon(web) == (200, "ok")
    assert _get(web, "/").status_code == 200


def _soon(web: Server) -> tuple[int, str]:
    end = time.monotonic() + 20
    while (said := _ready(web)) != (200, "ok") and time.monotonic() < end:
        time.sleep(0.2)
    return said


def _children_of(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _send(pid: int, number: signal.Signals) -> None:
    # a child may have ended by itself meanwhile
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
