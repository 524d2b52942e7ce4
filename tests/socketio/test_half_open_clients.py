import time
from pathlib import Path

import pytest

from messenger.models import User
from tests.live import token_of
from tests.servers import Server, running_server
from tests.socketio.polls import Poller
from tests.socketio.raw import RawSocket

pytestmark = pytest.mark.slow


def test_what_is_begun_and_not_gone_on_with_is_over_in_time(server: Server) -> None:
    pollers = [Poller(server.port) for _ in range(30)]
    sockets = [RawSocket(server.port) for _ in range(30)]
    probing = [RawSocket(server.port, query=f"&sid={poller.sid}") for poller in pollers[:10]]
    begun = time.monotonic()

    codes = [client.close_code(within=14) for client in [*sockets, *probing]]
    took = time.monotonic() - begun
    answers = [poller.ask("GET") for poller in pollers]

    assert codes == [1000] * 40
    assert 8 < took < 13
    # what the server closed tells so once, to whoever still asks
    assert {(answer.status_code, answer.text[:2]) for answer in answers} <= {(200, "1"), (400, '{"')}
    assert {poller.ask("GET").status_code for poller in pollers} == {400}
    everybody: list[Poller | RawSocket] = [*pollers, *sockets, *probing]
    for client in everybody:
        client.close()


def test_a_person_and_an_address_may_have_so_many(
    tmp_path: Path, transactional_db: None, alice: User, bob: User
) -> None:
    limits = {"MESSENGER_CONNECTIONS_PER_USER": "2", "MESSENGER_CONNECTIONS_PER_ADDRESS": "4"}
    with running_server(tmp_path, **limits) as narrow:
        alices = [RawSocket(narrow.port) for _ in range(3)]
        for client in alices[:2]:
            client.sign_in(token_of(alice))
        alices[2].packet(f'40{{"token":"{token_of(alice)}"}}')
        assert alices[2].close_code() == 4008

        bobs: list[Poller | RawSocket] = [RawSocket(narrow.port), Poller(narrow.port)]
        with pytest.raises(AssertionError, match="Too many connections"):
            Poller(narrow.port)
        with pytest.raises(AssertionError, match="the connection ended"):
            RawSocket(narrow.port)
        alices[0].close()
        time.sleep(0.3)

        with Poller(narrow.port) as again:
            assert again.sign_in(token_of(bob))["userId"] == str(bob.pk)
        left: list[Poller | RawSocket] = [*alices, *bobs]
        for one in left:
            one.close()


def test_with_socket_io_off_there_is_no_endpoint(tmp_path: Path, transactional_db: None) -> None:
    with running_server(tmp_path, WEBSOCKET_MODE="off") as without:
        with pytest.raises(AssertionError):
            Poller(without.port)
        with pytest.raises(AssertionError):
            RawSocket(without.port)
