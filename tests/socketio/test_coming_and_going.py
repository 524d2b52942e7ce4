import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from messenger.models import User
from tests.live import UNLIMITED, token_of
from tests.servers import Server, running_server
from tests.socketio.polls import Poller
from tests.socketio.raw import CLOSE, FIN, RawSocket, frame

pytestmark = pytest.mark.slow

# debug keeps each statement for a while: that is most of it
MOST_MIB = 12


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, which must not print a traceback."""
    with running_server(tmp_path, **UNLIMITED) as running:
        yield running
    assert "Traceback" not in running.log.read_text()


def _visit(server: Server, token: str, number: int) -> None:
    if number % 3 == 0:
        with Poller(server.port) as poller:
            poller.sign_in(token)
            poller.post("1")
        return
    with RawSocket(server.port) as client:
        client.sign_in(token)
        if number % 3 == 1:
            client.send(frame(b"\x03\xe8", head=FIN | CLOSE))
            client.rest()


def _held_by(server: Server) -> tuple[int, float]:
    """How many files the process has open, and its memory in MiB."""
    assert server.process is not None
    folder = Path(f"/proc/{server.process.pid}")
    lines = (folder / "smaps_rollup").read_text().splitlines()
    memory = sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
    return len(list((folder / "fd").iterdir())), memory / 1024


@pytest.mark.timeout(240)
def test_a_thousand_come_and_go(server: Server, alice: User) -> None:
    token = token_of(alice)
    for number in range(300):
        _visit(server, token, number)
    time.sleep(1)
    files, memory = _held_by(server)

    for number in range(1000):
        _visit(server, token, number)
    time.sleep(1)

    files_after, memory_after = _held_by(server)
    assert files_after <= files + 5
    assert memory_after - memory < MOST_MIB
