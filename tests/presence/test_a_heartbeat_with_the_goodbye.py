"""What a client says in one breath with its goodbye keeps it online no longer than its goodbye lets it."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from messenger.models import User
from tests.live import greeted, token_of
from tests.native import NativeClient
from tests.presence.conftest import acquaint
from tests.servers import Server, running_server
from tests.socketio.polls import Poller
from tests.socketio.raw import RawSocket, frame

pytestmark = pytest.mark.slow

LEASE_S = 20
SHOWN_AFTER_S = 1.0
LAST_WORDS = ('42["messenger:v4:presence",{"status":"online"}]', "41")


@pytest.fixture
def lasting_server(nobody_is_here: None, transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """The product with leases that outlast these tests, and a closed connection's second of grace."""
    with running_server(tmp_path, MESSENGER_PRESENCE_LEASE=str(LEASE_S), MESSENGER_PRESENCE_GRACE="1") as running:
        yield running


def _leave_by_polling(port: int, token: str) -> None:
    with Poller(port) as client:
        client.sign_in(token)
        time.sleep(SHOWN_AFTER_S)
        assert client.post(*LAST_WORDS, "1") == 200


def _leave_by_websocket(port: int, token: str) -> None:
    with RawSocket(port) as client:
        client.sign_in(token)
        time.sleep(SHOWN_AFTER_S)
        client.send(b"".join(frame(f"4{words[1:]}") for words in LAST_WORDS))
        time.sleep(0.3)


@pytest.mark.parametrize("leave", [_leave_by_polling, _leave_by_websocket])
async def test_who_says_it_lives_and_goodbye_at_once_is_offline_soon(
    lasting_server: Server, alice: User, bob: User, conversation_id: str, leave: Callable[[int, str], None]
) -> None:
    acquaint(conversation_id, alice, bob)
    bobs_token = token_of(bob)
    async with greeted(NativeClient(lasting_server.socket_url, token=token_of(alice))) as (alices,):
        await asyncio.to_thread(leave, lasting_server.port, bobs_token)
        began = time.monotonic()
        await alices.next("presence", userId=str(bob.pk), status="online")
        await alices.next("presence", userId=str(bob.pk), status="offline", within=LEASE_S - 5)

    assert time.monotonic() - began < 8
