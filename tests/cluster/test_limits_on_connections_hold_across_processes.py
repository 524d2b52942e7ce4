import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest

from messenger.models import User
from tests.cluster.clusters import Cluster, running_cluster
from tests.live import token_of
from tests.native import NativeClient
from tests.servers import Server
from tests.socketio.polls import Poller
from tests.socketio.raw import RawSocket

FREED_WITHIN_S = 10.0


@pytest.fixture(scope="module")
def narrow_cluster(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    limits = {"MESSENGER_CONNECTIONS_PER_USER": "3", "MESSENGER_CONNECTIONS_PER_ADDRESS": "6"}
    with running_cluster(tmp_path_factory.mktemp("narrow"), **limits) as running:
        yield running


@pytest.fixture
def narrow(transactional_db: None, narrow_cluster: Cluster) -> Cluster:
    """Two processes that take three connections of a person and six of an address, together."""
    return narrow_cluster


class Visitors:
    """Opens connections that stay until the test ends, or until they are left."""

    def __init__(self, stack: AsyncExitStack, tokens: dict[int, str]) -> None:
        self._stack, self._tokens = stack, tokens

    async def native(self, server: Server, user: User) -> NativeClient:
        return await self._stack.enter_async_context(NativeClient(server.socket_url, token=self._tokens[user.pk]))

    async def greeted(self, server: Server, user: User) -> NativeClient:
        client = await self.native(server, user)
        await client.next("hello")
        return client

    async def close_code(self, server: Server, user: User) -> int:
        return await (await self.native(server, user)).closed(within=5)

    async def until_welcome(self, server: Server, user: User) -> float:
        """Try until there is a place; the seconds it took."""
        began = time.monotonic()
        while True:
            client = await self.native(server, user)
            try:
                await client.next("hello")
            except AssertionError:
                assert time.monotonic() - began < FREED_WITHIN_S
                await asyncio.sleep(0.1)
            else:
                return time.monotonic() - began


@pytest.fixture
async def visitors(narrow: Cluster, alice: User, bob: User, carol: User) -> AsyncIterator[Visitors]:
    tokens = {user.pk: token_of(user) for user in (alice, bob, carol)}
    async with AsyncExitStack() as stack:
        yield Visitors(stack, tokens)
    await asyncio.sleep(0.5)  # both have seen everybody go


def socketio_close_code(server: Server, user: User) -> int | None:
    """How the other door's connection of somebody ends."""
    with RawSocket(server.port) as late:
        late.packet(f'40{{"token":"{token_of(user)}"}}')
        return late.close_code(within=5)


async def test_a_person_has_so_many_at_both_doors_of_all_processes(
    narrow: Cluster, visitors: Visitors, alice: User, bob: User
) -> None:
    for server in (narrow.first, narrow.second):
        await visitors.greeted(server, alice)
    with RawSocket(narrow.second.port) as third:
        third.sign_in(token_of(alice))
        refused = [await visitors.close_code(server, alice) for server in (narrow.first, narrow.second)]
        refused_there = [socketio_close_code(server, alice) for server in (narrow.first, narrow.second)]
        await visitors.greeted(narrow.first, bob)
    freed_in = await visitors.until_welcome(narrow.first, alice)

    assert (refused, refused_there) == ([4008, 4008], [4008, 4008])
    assert freed_in < 5  # sooner than what a killed process held


async def test_an_address_has_so_many_at_both_doors_of_all_processes(
    narrow: Cluster, visitors: Visitors, alice: User, bob: User, carol: User
) -> None:
    for user in (alice, bob):
        for server in (narrow.first, narrow.second):
            await visitors.greeted(server, user)
    with RawSocket(narrow.first.port), Poller(narrow.second.port):
        refused = [await visitors.close_code(server, carol) for server in (narrow.first, narrow.second)]
        for server in (narrow.first, narrow.second):
            with pytest.raises(AssertionError, match="Too many connections"):
                Poller(server.port)
            with pytest.raises(AssertionError, match="the connection ended"):
                RawSocket(server.port)
    freed_in = await visitors.until_welcome(narrow.second, carol)

    assert refused == [4008, 4008]
    assert freed_in < 2


async def test_of_many_at_once_exactly_so_many_come_in(narrow: Cluster, visitors: Visitors, alice: User) -> None:
    servers = [narrow.first, narrow.second] * 3

    async def comes_in(server: Server) -> bool:
        client = await visitors.native(server, alice)
        try:
            await client.next("hello")
        except AssertionError:
            return False
        return True

    assert sorted(await asyncio.gather(*map(comes_in, servers))) == [False] * 3 + [True] * 3


async def test_what_a_killed_process_held_is_free_soon(narrow: Cluster, visitors: Visitors, alice: User) -> None:
    for _ in range(3):
        await visitors.greeted(narrow.first, alice)
    refused = await visitors.close_code(narrow.second, alice)
    await asyncio.to_thread(narrow.first.kill)
    freed_in = await visitors.until_welcome(narrow.second, alice)
    await asyncio.to_thread(narrow.first.start)
    for server in (narrow.first, narrow.second):
        await visitors.greeted(server, alice)

    assert (refused, freed_in < FREED_WITHIN_S) == (4008, True)
    assert await visitors.close_code(narrow.first, alice) == 4008
