import contextlib
import time
from collections.abc import Iterator

import pytest

from messenger.models import User
from tests.live import token_of
from tests.servers import Server, running_server
from tests.socketio.polls import Poller
from tests.socketio.raw import RawSocket, frame
from tests.variants import TIMES_FASTER

pytestmark = pytest.mark.slow

MINUTE_S = 60 / TIMES_FASTER
MANY = 20


@pytest.fixture(scope="module")
def hurried(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A process whose connections have minutes of two seconds, and that must not print a traceback."""
    with running_server(tmp_path_factory.mktemp("hurried"), server="hurried") as running:
        yield running
    assert "Traceback" not in running.log.read_text()


@pytest.fixture
def server(transactional_db: None, hurried: Server) -> Server:
    """The process, on an empty database."""
    return hurried


def _signed_in(server: Server, user: User, door: str) -> RawSocket:
    if door == "native":
        return RawSocket(server.port, path=f"/ws/messenger/?token={token_of(user)}")
    client = RawSocket(server.port)
    client.sign_in(token_of(user))
    return client


def _event(door: str, ref: int) -> bytes:
    return frame(f'{{"event":"x","ref":"{ref}"}}' if door == "native" else f'42{ref}["x",{{}}]')


def _flood(client: RawSocket, door: str) -> float:
    """Send on and on, whatever comes back, until the end is told; how long that took."""
    begun, ref = time.monotonic(), 0
    client.socket.settimeout(0.05)
    with contextlib.suppress(ConnectionError):
        while b"too many events" not in client.seen and time.monotonic() - begun < 10 * MINUTE_S:
            client.send(b"".join(_event(door, ref + number) for number in range(50)))
            ref += 50
            with contextlib.suppress(TimeoutError):
                client.seen += client.socket.recv(65_536)
    return time.monotonic() - begun


@pytest.mark.parametrize("door", ["native", "socketio"])
def test_who_floods_on_for_three_minutes_is_closed_with_4008(
    server: Server, mallory: User, bob: User, door: str
) -> None:
    with _signed_in(server, mallory, door) as flooding, _signed_in(server, bob, door) as calm:
        took = _flood(flooding, door)
        refusals = flooding.seen.count(b'"rate_limited"')
        code = flooding.close_code()
        calm.send(_event(door, 7))
        calm.read_until(b"unknown_event")

    assert code == 4008
    assert refusals > MANY
    assert MINUTE_S < took < 4 * MINUTE_S


def test_who_floods_on_by_polling_is_told_the_end(server: Server, mallory: User) -> None:
    with Poller(server.port) as client:
        client.sign_in(token_of(mallory))
        begun, packets, posted = time.monotonic(), [""], 200
        while posted == 200 and "1" not in packets and time.monotonic() - begun < 10 * MINUTE_S:
            posted = client.post(*[f'42{ref}["x",{{}}]' for ref in range(MANY)])
            packets += client.poll()
        took = time.monotonic() - begun
        over = client.ask("GET")

    assert any('"rate_limited"' in packet for packet in packets)
    assert packets[-1] == "1"
    assert (over.status_code, over.json()["message"]) == (400, "Session ID unknown")
    assert MINUTE_S < took < 4 * MINUTE_S
