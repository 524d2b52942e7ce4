import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from messenger.errors import RateLimited
from messenger.models import User
from messenger.realtime.connection import Connection
from messenger.realtime.outgoing import OutgoingQueue
from messenger.realtime.pace import EventPace
from messenger.selectors.identity import Identity
from tests.live import token_of
from tests.native import NativeClient
from tests.servers import Server, running_server


@pytest.fixture
def narrow(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """A server that takes two connections of a person and four of an address."""
    limits = {"MESSENGER_CONNECTIONS_PER_USER": "2", "MESSENGER_CONNECTIONS_PER_ADDRESS": "4"}
    with running_server(tmp_path, **limits) as running:
        yield running


async def test_one_more_than_a_person_or_an_address_may_have_is_closed_with_4008(
    narrow: Server, alice: User, bob: User, carol: User
) -> None:
    tokens = {user.pk: token_of(user) for user in (alice, bob, carol)}

    async with AsyncExitStack() as stack:

        async def connect(user: User) -> NativeClient:
            return await stack.enter_async_context(NativeClient(narrow.socket_url, token=tokens[user.pk]))

        alices = [await connect(alice) for _ in range(2)]
        for client in alices:
            await client.next("hello")
        of_the_person = await (await connect(alice)).closed()
        bobs = [await connect(bob) for _ in range(2)]
        for client in bobs:
            await client.next("hello")
        of_the_address = await (await connect(carol)).closed()
        await alices[0].socket.close()
        await alices[0].closed()
        greeting = await _greeting_of(lambda: connect(carol))

    assert (of_the_person, of_the_address) == (4008, 4008)
    assert greeting["userId"] == str(carol.pk)


async def _greeting_of(connect: Callable[[], Awaitable[NativeClient]]) -> dict[str, Any]:
    """The hello, once the server has seen that a place is free."""
    async with asyncio.timeout(5):
        while True:
            try:
                return await (await connect()).next("hello")
            except AssertionError:
                await asyncio.sleep(0.1)


def test_who_floods_three_minutes_running_is_closed_with_4008() -> None:
    clock = [1.0]
    identity = Identity(user_id=1, sign_in_id=1, kind="token", expires_at=timezone.now() + timedelta(days=1))
    connection = Connection(
        identity=identity,
        spell=lambda frame: frame.native,
        pace=EventPace([(2, 60)], now=lambda: clock[0]),
        door="native",
        outgoing=OutgoingQueue(),
    )

    refusals = []
    for minute in range(3):
        clock[0] = 60.0 * minute + 1
        for _ in range(2):
            connection.spend_event()
        with pytest.raises(RateLimited):
            connection.spend_event()
        refusals.append(connection.closing)

    assert refusals[:2] == [None, None]
    assert connection.closing is not None
    assert connection.closing.code == 4008
