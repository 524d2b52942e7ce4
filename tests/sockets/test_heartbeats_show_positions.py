import asyncio
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from messenger.models import Conversation, User
from tests.live import direct, greeted, group, token_of
from tests.native import NativeClient, Refused
from tests.servers import Server
from tests.threads import in_a_thread


async def test_a_heartbeat_answers_where_recent_conversations_stand(
    server: Server, alice: User, bob: User, conversation_id: str
) -> None:
    clients = [NativeClient(server.socket_url, token=token_of(user)) for user in (alice, bob)]

    async with greeted(*clients) as (alices, bobs):
        sent = (await alices.call("send", {"conversationId": conversation_id, "content": "Hello"}))["message"]
        await bobs.call("read", {"conversationId": conversation_id})
        answer = await bobs.call("presence", {"status": "online"})
        synced = await bobs.call("sync")

    assert answer == {"positions": synced["positions"]}
    numbers = {"version": sent["version"], "privateVersion": 1, "pointerSum": 2}
    assert answer["positions"] == {conversation_id: numbers}


async def test_a_pointer_that_moved_is_a_change_too(
    server: Server, alice: User, bob: User, conversation_id: str
) -> None:
    clients = [NativeClient(server.socket_url, token=token_of(user)) for user in (alice, bob)]

    async with greeted(*clients) as (alices, bobs):
        await alices.call("send", {"conversationId": conversation_id, "content": "Hello"})
        in_a_thread(lambda: Conversation.objects.update(updated_at=timezone.now() - timedelta(hours=1)))
        before = await alices.call("presence")
        await bobs.call("delivered", {"conversationId": conversation_id, "upToSeq": 1})
        await asyncio.sleep(1.1)
        delivered = await alices.call("presence")
        await bobs.call("read", {"conversationId": conversation_id})
        await asyncio.sleep(1.1)
        read = await alices.call("presence")

    sums = [{key: place["pointerSum"] for key, place in answer["positions"].items()} for answer in (delivered, read)]
    assert before == {"positions": {}}
    assert sums == [{conversation_id: 1}, {conversation_id: 2}]


async def test_a_change_of_ones_own_is_one_for_oneself(
    server: Server, alice: User, bob: User, conversation_id: str
) -> None:
    clients = [NativeClient(server.socket_url, token=token_of(user)) for user in (alice, bob)]
    in_a_thread(lambda: Conversation.objects.update(updated_at=timezone.now() - timedelta(hours=1)))
    flag, pinned = f"{server.base_url}/api/v4/messenger/conversations/{conversation_id}", {"isPinned": True}

    async with greeted(*clients) as (alices, bobs), httpx.AsyncClient() as rest:
        before = await alices.call("presence")
        answer = await rest.patch(flag, json=pinned, headers={"Authorization": f"Bearer {token_of(alice)}"})
        await asyncio.sleep(1.1)
        after, others = await alices.call("presence"), await bobs.call("presence")

    assert answer.status_code == 200
    assert [before, others] == [{"positions": {}}] * 2
    assert after == {"positions": {conversation_id: {"version": 1, "privateVersion": 1, "pointerSum": 0}}}


async def test_a_stranger_sees_no_position(server: Server, mallory: User, conversation_id: str) -> None:
    async with greeted(NativeClient(server.socket_url, token=token_of(mallory))) as (client,):
        assert await client.call("presence") == {"positions": {}}


async def test_heartbeats_are_answered_at_most_once_a_second(server: Server, alice: User) -> None:
    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (client,):
        loop = asyncio.get_running_loop()
        begun = loop.time()
        answers = await asyncio.gather(*[client.call("presence") for _ in range(150)])

    assert answers == [{"positions": {}}] * 150
    assert 1.0 < loop.time() - begun < 4.0


async def test_what_is_open_on_screen_is_for_participants_to_say(
    server: Server, alice: User, bob: User, carol: User, mallory: User
) -> None:
    places = [direct(alice, bob), group(alice, bob, carol)]

    async with greeted(*[NativeClient(server.socket_url, token=token_of(user)) for user in (bob, mallory)]) as clients:
        for event in ("join-conversation", "leave-conversation"):
            for place in places:
                assert await clients[0].call(event, {"conversationId": place}) == {}
                with pytest.raises(Refused) as refused:
                    await clients[1].call(event, {"conversationId": place})
                with pytest.raises(Refused) as unknown:
                    await clients[1].call(event, {"conversationId": "987654321"})
                assert refused.value.error == unknown.value.error
                assert refused.value.code == "not_found"
