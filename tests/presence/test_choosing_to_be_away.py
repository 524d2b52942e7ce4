"""PUT `/presence` beside open sockets, through the doors that people have."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.proof.links import Link
from config.proof.web import ask_json
from messenger.models import User
from tests.live import UNLIMITED, greeted, token_of, unlimited
from tests.native import NativeClient
from tests.presence.conftest import acquaint
from tests.presence.doors import EVERY_DOOR, choose, connected, message, shown, told_of
from tests.servers import Server, running_server

pytestmark = pytest.mark.slow

LEASE_S, GRACE_S, SWEEP_S = 5.0, 1.0, 1.4


@pytest.fixture
def server(nobody_is_here: None, transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """The product with a short clock, on which a lease is much longer than the grace of a closed connection."""
    clock = {"MESSENGER_PRESENCE_LEASE": f"{LEASE_S:.0f}", "MESSENGER_PRESENCE_GRACE": f"{GRACE_S:.0f}"}
    with running_server(tmp_path, **UNLIMITED, **clock) as running:
        yield running


@pytest.fixture
def place(server: Server, alice: User, bob: User, conversation_id: str) -> str:
    """Where alice and bob have each written, as much as they like."""
    unlimited(alice, bob)
    acquaint(conversation_id, alice, bob)
    return conversation_id


async def busy_for(seconds: float, link: Link, place: str) -> None:
    """Every sign of life that a socket can give, again and again."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        await link.call("presence", {"status": "online"})
        await link.call("typing", {"conversationId": place, "isTyping": True})
        await link.call("send", message(place, "Still here"))
        await asyncio.sleep(0.5)


@pytest.mark.parametrize("door", EVERY_DOOR)
async def test_it_stands_whatever_the_open_socket_says_and_until_taken_back(
    server: Server, place: str, alice: User, bob: User, door: str
) -> None:
    bobs, alices_token = token_of(bob), token_of(alice)
    async with (
        greeted(NativeClient(server.socket_url, token=alices_token)) as (alices,),
        connected(door, server, bobs) as link,
    ):
        await alices.next("presence", userId=str(bob.pk), status="online")
        await choose(server, bobs, "away")
        await alices.next("presence", userId=str(bob.pk), status="away")

        await busy_for(LEASE_S + SWEEP_S, link, place)
        assert (told_of(alices, bob), await shown(server, alices_token, bob)) == ([], ["away"])

        await choose(server, bobs, "online")
        await alices.next("presence", userId=str(bob.pk), status="online")
        assert await shown(server, alices_token, bob) == ["online"]


async def test_of_two_devices_the_last_to_choose_decides(server: Server, place: str, alice: User, bob: User) -> None:
    phones, laptops = token_of(bob), token_of(bob)
    async with (
        greeted(NativeClient(server.socket_url, token=token_of(alice))) as (alices,),
        connected("native", server, laptops) as laptop,
    ):
        async with connected("websocket", server, phones):
            await alices.next("presence", userId=str(bob.pk), status="online")
            await choose(server, phones, "away")
            await alices.next("presence", userId=str(bob.pk), status="away")
        await busy_for(GRACE_S + SWEEP_S, laptop, place)
        assert told_of(alices, bob) == []

        for token, status in ((laptops, "online"), (phones, "away")):
            await choose(server, token, status)
            await alices.next("presence", userId=str(bob.pk), status=status, within=1.5)

        await ask_json(server.port, "POST", "/api/v4/auth/logout", {}, token=phones)
        await alices.next("presence", userId=str(bob.pk), status="online", within=2)


@pytest.mark.parametrize("door", EVERY_DOOR)
@pytest.mark.parametrize("status", ["away", "online"])
async def test_it_goes_with_the_last_socket_that_closes(
    server: Server, place: str, alice: User, bob: User, door: str, status: str
) -> None:
    bobs = token_of(bob)
    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (alices,):
        async with connected(door, server, bobs), connected("native", server, bobs):
            await alices.next("presence", userId=str(bob.pk), status="online")
            await choose(server, bobs, "away")
            await alices.next("presence", userId=str(bob.pk), status="away")
            if status == "online":
                await choose(server, bobs, status)
                await alices.next("presence", userId=str(bob.pk), status=status)
        began = time.monotonic()
        await alices.next("presence", userId=str(bob.pk), status="offline")
        took = time.monotonic() - began

        async with connected(door, server, bobs):
            assert (await alices.next("presence", userId=str(bob.pk)))["status"] == "online"
    assert 0.9 * GRACE_S < took < LEASE_S - 1


async def test_who_has_no_socket_is_what_they_chose_for_one_lease(
    server: Server, place: str, alice: User, bob: User
) -> None:
    bobs, alices_token = token_of(bob), token_of(alice)
    async with greeted(NativeClient(server.socket_url, token=alices_token)) as (alices,):
        began = time.monotonic()
        await choose(server, bobs, "away")
        await alices.next("presence", userId=str(bob.pk), status="away")
        assert await shown(server, alices_token, bob) == ["away"]

        await alices.next("presence", userId=str(bob.pk), status="offline", within=LEASE_S + 3)

    assert LEASE_S - 0.2 < time.monotonic() - began < LEASE_S + 2
