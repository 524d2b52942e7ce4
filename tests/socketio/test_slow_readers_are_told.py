import pytest

from messenger.models import User
from tests.live import group, token_of, unlimited
from tests.servers import Server
from tests.socketio.polls import Poller
from tests.socketio.raw import RawSocket

pytestmark = [pytest.mark.slow, pytest.mark.alone]

BIG = "x" * 9_000
TOO_MANY = 700


@pytest.fixture
def server(transactional_db: None, live: Server) -> Server:
    """On uvicorn alone: daphne keeps what a client does not read to itself, without bound."""
    return live


@pytest.fixture
def room(server: Server, alice: User, bob: User, carol: User) -> str:
    """A group of three; alice writes, bob reads, carol does not."""
    unlimited(alice, bob, carol)
    return group(alice, bob, carol)


def write(client: RawSocket, room: str, number: int) -> None:
    """Send so many big messages, each after the answer to the one before."""
    for ref in range(number):
        client.packet(f'42{ref}["messenger:v4:send",{{"conversationId":"{room}","content":"{ref} {BIG}"}}]')
        client.read_until(f'43{ref}[{{"ok":true'.encode())


def test_a_slow_reader_of_a_websocket_is_told_4009(server: Server, room: str, alice: User, carol: User) -> None:
    with RawSocket(server.port) as alices, RawSocket(server.port, buffer=4096) as slow:
        alices.sign_in(token_of(alice))
        slow.sign_in(token_of(carol))
        write(alices, room, TOO_MANY)

        code = slow.close_code()

    assert code == 4009
    assert len(slow.seen) < TOO_MANY * len(BIG)


def test_a_slow_reader_of_polls_gets_what_was_answered_and_is_told_the_end(
    server: Server, room: str, alice: User, carol: User
) -> None:
    with RawSocket(server.port) as alices, Poller(server.port) as slow:
        alices.sign_in(token_of(alice))
        slow.sign_in(token_of(carol))
        write(alices, room, 20)
        with slow.begun_poll() as answer:
            write(alices, room, 200)
            text = answer.read().decode()
        told = slow.poll()

    assert text.count("messenger:v4:message") == 20
    assert told == ["1"]
