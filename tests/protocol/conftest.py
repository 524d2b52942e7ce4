import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.ground.processes import ROOT, free_port
from tests.protocol.clients import Endpoint

UVICORN = [
    "uvicorn", "tests.conformance.asgi:both", "--ws", "config.socket_protocol:SocketProtocol", "--http",
    "config.socket_protocol:RequestProtocol", "--loop", "uvloop",
    "--ws-max-size", "1000000", "--ws-per-message-deflate", "false", "--timeout-graceful-shutdown", "1",
]  # fmt: skip
DAPHNE = ["daphne", "-b", "127.0.0.1", "tests.conformance.asgi:both"]


def _serve(arguments: list[str], log: Path) -> Iterator[int]:
    port = free_port()
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments, "--port", str(port)], cwd=ROOT, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        _await_answer(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)
    assert "Traceback" not in log.read_text()


def _await_answer(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the conformance server did not start")


@pytest.fixture(scope="session")
def on_uvicorn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the conformance profiles on uvicorn, which must not print a traceback."""
    yield from _serve(UVICORN, tmp_path_factory.mktemp("conformance") / "uvicorn.log")


@pytest.fixture(scope="session")
def on_daphne(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The same on daphne."""
    yield from _serve(DAPHNE, tmp_path_factory.mktemp("conformance") / "daphne.log")


@pytest.fixture(params=["uvicorn", "daphne"])
def server(request: pytest.FixtureRequest) -> str:
    """The name of the server that the test runs on."""
    return str(request.param)


@pytest.fixture
def engine(server: str, request: pytest.FixtureRequest) -> Endpoint:
    """Bare Engine.IO, whose messages come back; once on each server."""
    return Endpoint(port=request.getfixturevalue(f"on_{server}"), path="/engine.io/")


@pytest.fixture
def sockets(server: str, request: pytest.FixtureRequest) -> Endpoint:
    """Socket.IO with the handlers of the published suite; once on each server."""
    return Endpoint(port=request.getfixturevalue(f"on_{server}"), path="/socket.io/")
