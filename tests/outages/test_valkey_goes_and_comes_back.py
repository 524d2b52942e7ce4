import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from messenger.models import User
from tests.chaos.crowd import call
from tests.cluster.clusters import Cluster
from tests.live import greeted, token_of
from tests.native import NativeClient, Refused
from tests.outages.conftest import OwnValkey

Json = dict[str, Any]


async def rest(cluster: Cluster, token: str, method: str, path: str, body: Json | None = None) -> tuple[int, Json]:
    """A request to the second process."""
    return await asyncio.to_thread(call, cluster.second, token, method, path, body)


async def until(claim: Callable[[], Awaitable[bool]], *, within: float) -> float:
    """Ask until it is so; the seconds it took."""
    began = time.monotonic()
    while not await claim():
        assert time.monotonic() - began < within
        await asyncio.sleep(0.1)
    return time.monotonic() - began


async def test_without_it_everything_goes_on_and_afterwards_all_hear_all_again(
    cluster: Cluster, own_valkey: OwnValkey, alice: User, bob: User, conversation_id: str
) -> None:
    url, other_url = cluster.first.socket_url, cluster.second.socket_url
    bobs_token = token_of(bob)
    messages = f"/api/v4/messenger/conversations/{conversation_id}/messages"
    alices, near = NativeClient(url, token=token_of(alice)), NativeClient(url, token=bobs_token)
    far = NativeClient(other_url, token=bobs_token)
    logs_before = [len(server.log.read_text()) for server in (cluster.first, cluster.second)]

    async with greeted(alices, near, far):
        await alices.call("send", {"conversationId": conversation_id, "content": "Before"})
        for client in (near, far):
            await client.next("message", within=2)
        own_valkey.stop()

        slowest = 0.0
        for number in range(30):
            began = time.monotonic()
            await alices.call("send", {"conversationId": conversation_id, "content": f"{number}"})
            slowest = max(slowest, time.monotonic() - began)
            await asyncio.sleep(0.1)
        heard = [(await near.next("message", within=2))["message"]["content"] for _ in range(30)]
        answered = [await rest(cluster, bobs_token, "POST", messages, {"content": "REST"}) for _ in range(3)]
        page = await rest(cluster, bobs_token, "GET", messages)
        typed = await alices.call("typing", {"conversationId": conversation_id, "isTyping": True})
        positions = (await far.call("presence", {}))["positions"]
        missed = far.taken("message")

        own_valkey.start()
        await asyncio.sleep(3)
        await alices.call("send", {"conversationId": conversation_id, "content": "After"})
        live_again = await far.next("message", within=2, conversationId=conversation_id)
        while live_again["message"]["content"] != "After":
            live_again = await far.next("message", within=2)
        await far.call("send", {"conversationId": conversation_id, "content": "And back"})
        while (await alices.next("message", within=2))["message"]["content"] != "And back":
            pass
        asked = {"conversations": {conversation_id: {"version": 2}}}
        synced = (await far.call("sync", asked))["messages"][conversation_id]

    assert (slowest < 1.5, heard) == (True, [str(number) for number in range(30)])
    assert ([status for status, _ in answered], page[0], typed) == ([201] * 3, 200, {})
    assert {message["message"]["content"] for message in missed} <= {"REST"}
    assert positions[conversation_id]["version"] == live_again["version"] - 1
    assert {*heard, "REST", "After", "And back"} == {message["content"] for message in synced}
    for server, start in zip((cluster.first, cluster.second), logs_before, strict=True):
        told = server.log.read_text()[start:]
        assert "Traceback" not in told
        assert told.count("out of reach") <= 6, told


async def test_presence_is_kept_here_and_made_anew_there(
    cluster: Cluster, own_valkey: OwnValkey, alice: User, bob: User, conversation_id: str
) -> None:
    alices = NativeClient(cluster.first.socket_url, token=token_of(alice))
    token, path = token_of(alice), f"/api/v4/presence/{bob.pk}"
    for person in (token, token_of(bob)):
        said = f"/api/v4/messenger/conversations/{conversation_id}/messages"
        assert (await rest(cluster, person, "POST", said, {"content": "Hello"}))[0] == 201

    async def is_online_by_rest(server: Any) -> bool:
        answer = (await asyncio.to_thread(call, server, token, "GET", path))[1]
        return bool(answer["presence"][str(bob.pk)]["status"] == "online")

    async def is_offline_by_rest() -> bool:
        return not await is_online_by_rest(cluster.second)

    await until(is_offline_by_rest, within=4)
    async with greeted(alices):
        leaving = NativeClient(cluster.second.socket_url, token=token_of(bob))
        async with greeted(leaving):
            await alices.next("presence", userId=str(bob.pk), status="online", within=3)
            own_valkey.stop()
            is_kept = await until(lambda: is_online_by_rest(cluster.second), within=1)
            alices.events.clear()
        await asyncio.sleep(2)
        own_valkey.start()
        went = await alices.next("presence", userId=str(bob.pk), status="offline", within=8)
        await until(is_offline_by_rest, within=1)

        async with greeted(NativeClient(cluster.first.socket_url, token=token_of(bob))):
            await until(lambda: is_online_by_rest(cluster.second), within=5)
            own_valkey.stop()
            own_valkey.start()
            healed_in = await until(lambda: is_online_by_rest(cluster.second), within=6)

    assert (went["status"], is_kept < 1, healed_in < 6) == ("offline", True, True)


async def test_limits_hold_in_each_process_meanwhile(
    cluster: Cluster, own_valkey: OwnValkey, alice: User, carol: User, conversation_id: str
) -> None:
    outcomes = []

    async with greeted(NativeClient(cluster.first.socket_url, token=token_of(carol))) as (carols,):
        created = await rest(
            cluster, token_of(carol), "POST", "/api/v4/messenger/conversations", {"participantIds": [alice.pk]}
        )
        place = created[1]["conversation"]["id"]
        own_valkey.stop()
        for number in range(7):
            try:
                await carols.call("send", {"conversationId": place, "content": f"{number}"})
                outcomes.append("sent")
            except Refused as refused:
                outcomes.append(refused.code)

    assert outcomes == ["sent"] * 5 + ["rate_limited"] * 2
