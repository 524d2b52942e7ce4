import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from messenger.models import User
from tests.live import direct, greeted, token_of
from tests.native import NativeClient
from tests.servers import Server

SECOND_S = 1.05


@pytest.fixture
async def talk(server: Server, alice: User, bob: User) -> AsyncIterator[tuple[NativeClient, NativeClient, str]]:
    """Alice's and bob's connections, and their conversation."""
    clients = [NativeClient(server.socket_url, token=token_of(user)) for user in (alice, bob)]
    place = direct(alice, bob)
    async with greeted(*clients) as (alices, bobs):
        yield alices, bobs, place


def _told(client: NativeClient) -> list[bool]:
    return [event["isTyping"] for event in client.taken("typing")]


async def test_a_message_overtakes_the_typing_that_waits_for_its_second(
    talk: tuple[NativeClient, NativeClient, str],
) -> None:
    alices, bobs, place = talk

    await alices.call("typing", {"conversationId": place})
    waiting = asyncio.create_task(alices.call("typing", {"conversationId": place}))
    await asyncio.sleep(0.1)
    await alices.call("send", {"conversationId": place, "content": "There"})
    answer = await waiting
    await asyncio.sleep(SECOND_S + 0.3)

    assert (answer, _told(bobs)) == ({}, [True, False])


async def test_typing_and_sending_in_one_breath_leaves_nobody_typing(
    talk: tuple[NativeClient, NativeClient, str],
) -> None:
    alices, bobs, place = talk

    await asyncio.gather(
        alices.call("typing", {"conversationId": place}),
        alices.call("send", {"conversationId": place, "content": "Pasted"}),
    )
    await bobs.next("message")
    await asyncio.sleep(0.3)

    assert _told(bobs) in ([], [True, False])


async def test_closing_the_page_that_typed_ends_it_though_another_stays(
    talk: tuple[NativeClient, NativeClient, str], server: Server, alice: User
) -> None:
    _, bobs, place = talk

    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (second,):
        await second.call("typing", {"conversationId": place})
        await bobs.next("typing", isTyping=True)

    await bobs.next("typing", isTyping=False, within=1.0)


async def test_closing_another_page_ends_nothing(
    talk: tuple[NativeClient, NativeClient, str], server: Server, alice: User
) -> None:
    alices, bobs, place = talk

    async with greeted(NativeClient(server.socket_url, token=token_of(alice))):
        await alices.call("typing", {"conversationId": place})
    await asyncio.sleep(1.0)

    assert _told(bobs) == [True]


async def test_an_end_within_the_second_is_told_when_it_is_over(
    talk: tuple[NativeClient, NativeClient, str], server: Server, alice: User
) -> None:
    _, bobs, place = talk
    address = f"{server.base_url}/api/v4/messenger/conversations/{place}/typing"
    headers = {"Authorization": f"Bearer {token_of(alice)}"}

    async with httpx.AsyncClient(headers=headers, trust_env=False) as http:
        for is_typing in (True, False):
            assert (await http.post(address, json={"isTyping": is_typing})).status_code == 200
    await bobs.next("typing", isTyping=True)

    await bobs.next("typing", isTyping=False, within=2.0)


async def test_the_two_names_share_one_second(talk: tuple[NativeClient, NativeClient, str]) -> None:
    alices, bobs, place = talk

    await asyncio.gather(
        alices.call("typing", {"conversationId": place}),
        alices.call("messenger:typing", {"conversationId": place, "isTyping": False}),
    )
    await asyncio.sleep(0.3)

    assert _told(bobs) == [True, False]
