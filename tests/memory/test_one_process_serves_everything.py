import asyncio
import time
from collections.abc import Iterator

import pytest

from messenger.models import OutboxEntry, User
from tests.chaos.crowd import call
from tests.live import direct, greeted, token_of
from tests.native import NativeClient, Refused
from tests.servers import Server, running_server
from tests.socketio.node import play
from tests.threads import in_a_thread


@pytest.fixture(scope="module")
def process_alone(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The product without Valkey: one process, its own memory."""
    more = {"MESSENGER_PRESENCE_GRACE": "1", "MESSENGER_RATE_LIMIT_FREE_MESSAGES": "5/min"}
    with running_server(tmp_path_factory.mktemp("memory"), REDIS_URL="memory", **more) as running:
        yield running


@pytest.fixture
def server(transactional_db: None, process_alone: Server) -> Server:
    """The process, on an empty database."""
    return process_alone


@pytest.fixture
def conversation_id(server: Server, alice: User, bob: User) -> str:
    """The direct conversation of alice and bob."""
    return direct(alice, bob)


def test_it_says_so(server: Server) -> None:
    status, answer = call(server, "", "GET", "/readyz")

    assert (status, answer["mode"]) == (200, "memory: one process serves everything")
    assert answer["parts"] == {"database": "ok", "channelLayer": "ok", "broker": "ok"}


async def test_sends_of_all_doors_are_live(server: Server, alice: User, bob: User, conversation_id: str) -> None:
    token = token_of(alice)
    path = f"/api/v4/messenger/conversations/{conversation_id}/messages"

    async with greeted(NativeClient(server.socket_url, token=token_of(bob))) as (bobs,):
        await asyncio.to_thread(call, server, token, "POST", path, {"content": "By REST"})
        async with greeted(NativeClient(server.socket_url, token=token)) as (alices,):
            await alices.call("send", {"conversationId": conversation_id, "content": "Natively"})
        await play("talks", url=server.base_url, token=token, conversationId=conversation_id, content="By Socket.IO")
        heard = [(await bobs.next("message"))["message"]["content"] for _ in range(3)]

    assert heard == ["By REST", "Natively", "By Socket.IO"]


async def test_presence_and_limits_hold(server: Server, alice: User, bob: User, conversation_id: str) -> None:
    path, outcomes = f"/api/v4/messenger/conversations/{conversation_id}/messages", []
    for token in (token_of(alice), token_of(bob)):
        await asyncio.to_thread(call, server, token, "POST", path, {"content": "Hello"})

    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (alices,):
        async with greeted(NativeClient(server.socket_url, token=token_of(bob))):
            came = await alices.next("presence", userId=str(bob.pk))
        went = await alices.next("presence", userId=str(bob.pk), within=4)
        for number in range(6):
            try:
                await alices.call("send", {"conversationId": conversation_id, "content": f"{number}"})
                outcomes.append("sent")
            except Refused as refused:
                outcomes.append(refused.code)

    assert (came["status"], went["status"]) == ("online", "offline")
    assert outcomes == ["sent"] * 4 + ["rate_limited"] * 2


async def test_what_the_clock_asks_for_is_done_by_a_thread(server: Server) -> None:
    entry = in_a_thread(lambda: OutboxEntry.objects.create(topic="data-export", payload={"exportId": 0}))

    until = time.monotonic() + 6
    while in_a_thread(lambda: OutboxEntry.objects.get(pk=entry.pk)).state == OutboxEntry.State.WAITING:
        assert time.monotonic() < until
        await asyncio.sleep(0.1)

    assert "Traceback" not in server.log.read_text()
