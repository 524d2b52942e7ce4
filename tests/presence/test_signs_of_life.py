"""What keeps somebody online: anything a socket says, and Engine.IO's pong of one that says nothing."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.proof.doors import PollingLink, SocketIOLink
from config.proof.links import Link
from messenger.models import User
from messenger.realtime.protocol.engineio import Rules
from tests.live import greeted, group, token_of
from tests.native import NativeClient
from tests.presence.conftest import acquaint
from tests.presence.doors import EVERY_DOOR, connected, shown, told_of
from tests.servers import Server, running_server

pytestmark = pytest.mark.slow

PING_EVERY_S = Rules().ping_interval_ms / 1000
LONGER_THAN_A_PING_S = PING_EVERY_S + 3


class _Stopped(SocketIOLink):
    """A client whose process is stopped once it is greeted: the connection stays, and nothing is answered."""

    async def _put(self, packet: str) -> None:
        if packet != "3":
            await super()._put(packet)


class _StoppedPolling(_Stopped, PollingLink):
    """The same, of one that polls on, as a browser's network process does for a page that hangs."""


@pytest.fixture
def patient_server(nobody_is_here: None, transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """The product with leases that are a little longer than the time between two pings."""
    clock = {"MESSENGER_PRESENCE_LEASE": f"{LONGER_THAN_A_PING_S:.0f}", "MESSENGER_PRESENCE_GRACE": "1"}
    with running_server(tmp_path, **clock) as running:
        yield running


async def test_a_pong_keeps_the_idle_online_and_who_gives_none_goes(
    patient_server: Server, alice: User, bob: User, carol: User, mallory: User, adam: User
) -> None:
    server, idle, stopped = patient_server, (bob, carol), (mallory, adam)
    acquaint(group(alice, *idle, *stopped), alice, *idle, *stopped)
    doors: list[str | type[Link]] = ["websocket", "polling", _Stopped, _StoppedPolling]
    people, alices_token = [*idle, *stopped], token_of(alice)
    tokens = [token_of(person) for person in people]
    async with greeted(NativeClient(server.socket_url, token=alices_token)) as (alices,), asyncio.TaskGroup() as tasks:
        links = [connected(door, server, token) for door, token in zip(doors, tokens, strict=True)]
        began = time.monotonic()
        async with links[0], links[1], links[2] as silent, links[3] as silent_polling:
            for person in people:
                await alices.next("presence", userId=str(person.pk), status="online")
            gone = [
                tasks.create_task(alices.next("presence", userId=str(person.pk), status="offline", within=40))
                for person in stopped
            ]
            await asyncio.gather(*gone)
            took = time.monotonic() - began
            await asyncio.sleep(2)

            assert [told_of(alices, person) for person in people] == [[], [], [], []]
            assert await shown(server, alices_token, *people) == ["online", "online", "offline", "offline"]
            assert (silent.ended.is_set(), silent_polling.ended.is_set()) == (False, False)
    assert LONGER_THAN_A_PING_S - 0.5 < took < LONGER_THAN_A_PING_S + 3


@pytest.mark.parametrize("door", EVERY_DOOR)
async def test_whatever_a_socket_says_renews_a_lease_however_short(
    server: Server, alice: User, bob: User, conversation_id: str, door: str
) -> None:
    acquaint(conversation_id, alice, bob)
    async with (
        greeted(NativeClient(server.socket_url, token=token_of(alice))) as (alices,),
        connected(door, server, token_of(bob)) as link,
    ):
        await alices.next("presence", userId=str(bob.pk), status="online")
        for _ in range(6):
            await link.call("delivered", {"conversationId": conversation_id, "upToSeq": 1})
            await asyncio.sleep(0.5)

        assert told_of(alices, bob) == []
