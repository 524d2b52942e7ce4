import asyncio
import time

from messenger.models import User
from tests.chaos.crowd import call
from tests.cluster.clusters import Cluster
from tests.live import greeted, group, token_of, tokens_of
from tests.native import NativeClient

MANY = 200


async def test_sends_at_one_reach_the_others_sockets_in_order_and_once(
    cluster: Cluster, alice: User, bob: User, conversation_id: str
) -> None:
    alices = NativeClient(cluster.first.socket_url, token=token_of(alice))
    bobs = NativeClient(cluster.second.socket_url, token=token_of(bob))

    async with greeted(alices, bobs):
        for number in range(MANY):
            await alices.post("send", {"conversationId": conversation_id, "content": f"{number}"})
        heard = [await bobs.next("message") for _ in range(MANY)]
        await asyncio.sleep(0.3)

        assert [event["message"]["content"] for event in heard] == [str(number) for number in range(MANY)]
        assert [event["message"]["seq"] for event in heard] == list(range(1, MANY + 1))
        assert bobs.taken("message") == []


async def test_both_at_once_agree_on_one_order(cluster: Cluster, alice: User, bob: User, conversation_id: str) -> None:
    alices = NativeClient(cluster.first.socket_url, token=token_of(alice))
    bobs = NativeClient(cluster.second.socket_url, token=token_of(bob))

    async with greeted(alices, bobs):
        for number in range(MANY):
            for client in (alices, bobs):
                await client.post("send", {"conversationId": conversation_id, "content": f"{number}"})
        at_alices = [await alices.next("message") for _ in range(2 * MANY)]
        at_bobs = [await bobs.next("message") for _ in range(2 * MANY)]

    orders = [
        [event["message"]["id"] for event in sorted(heard, key=lambda event: int(event["version"]))]
        for heard in (at_alices, at_bobs)
    ]
    assert orders[0] == orders[1]
    assert len(set(orders[0])) == 2 * MANY


async def test_who_types_on_devices_at_both_is_told_of_as_one(
    cluster: Cluster, alice: User, bob: User, conversation_id: str
) -> None:
    alices = NativeClient(cluster.first.socket_url, token=token_of(alice))
    devices = [NativeClient(place.socket_url, token=token_of(bob)) for place in (cluster.first, cluster.second)]

    async with greeted(alices, *devices) as (_, one, other):
        await one.call("typing", {"conversationId": conversation_id})
        for _ in range(4):  # longer than typing lasts that is not repeated
            await asyncio.sleep(1.05)
            await other.call("typing", {"conversationId": conversation_id})
        await other.call("typing", {"conversationId": conversation_id, "isTyping": False})
        await asyncio.sleep(4.5)

        assert [event["isTyping"] for event in alices.taken("typing")] == [True] * 5 + [False]


async def test_rest_at_one_is_seen_at_the_other(cluster: Cluster, alice: User, conversation_id: str) -> None:
    path = f"/api/v4/messenger/conversations/{conversation_id}/messages"
    token = token_of(alice)

    _, sent = await asyncio.to_thread(call, cluster.first, token, "POST", path, {"content": "Hello"})
    status, page = await asyncio.to_thread(call, cluster.second, token, "GET", path)

    assert (status, page["messages"][0]["id"]) == (200, sent["message"]["id"])


async def test_signing_out_at_one_ends_the_sockets_at_the_other(
    cluster: Cluster, alice: User, conversation_id: str
) -> None:
    pair = tokens_of(alice)
    client = NativeClient(cluster.second.socket_url, token=pair.access)

    async with greeted(client):
        began = time.monotonic()
        status, _ = await asyncio.to_thread(
            call, cluster.first, pair.access, "POST", "/api/v4/auth/token/revoke", {"refresh": pair.refresh}
        )
        code = await client.closed(within=5)

    assert (status, code, time.monotonic() - began < 2) == (200, 4001, True)


async def test_who_is_removed_at_one_hears_nothing_more_at_the_other(
    cluster: Cluster, alice: User, bob: User, carol: User
) -> None:
    place, token = group(alice, bob, carol), token_of(alice)
    carols = NativeClient(cluster.second.socket_url, token=token_of(carol))
    path = f"/api/v4/messenger/conversations/{place}"

    async with greeted(carols):
        began = time.monotonic()
        await asyncio.to_thread(call, cluster.first, token, "DELETE", f"{path}/participants/{carol.pk}")
        await carols.next("conversation-deleted", conversationId=place)
        waited = time.monotonic() - began
        await asyncio.sleep(1.2)  # the unread count is told within a second
        carols.events.clear()
        await asyncio.to_thread(call, cluster.first, token, "POST", f"{path}/messages", {"content": "After"})
        await asyncio.sleep(0.5)

        assert (waited < 2, carols.events) == (True, [])


async def test_presence_is_one_for_all_processes(
    cluster: Cluster, alice: User, bob: User, conversation_id: str
) -> None:
    path = f"/api/v4/messenger/conversations/{conversation_id}/messages"
    for user in (alice, bob):
        await asyncio.to_thread(call, cluster.first, token_of(user), "POST", path, {"content": "Hello"})
    alices = NativeClient(cluster.first.socket_url, token=token_of(alice))

    async with greeted(alices):
        async with greeted(NativeClient(cluster.second.socket_url, token=token_of(bob))):
            came = await alices.next("presence", userId=str(bob.pk), within=2)
            async with greeted(NativeClient(cluster.first.socket_url, token=token_of(bob))):
                pass
            await asyncio.sleep(2.5)  # his second device is gone, and its grace is over
            is_told_more = [told for told in alices.taken("presence") if told["userId"] == str(bob.pk)]
        went = await alices.next("presence", userId=str(bob.pk), within=5)

    assert (came["status"], is_told_more, went["status"]) == ("online", [], "offline")


async def test_a_message_through_one_ends_what_is_typed_through_the_other(
    cluster: Cluster, alice: User, bob: User, conversation_id: str
) -> None:
    token = token_of(alice)
    typing_, sending = (NativeClient(server.socket_url, token=token) for server in (cluster.first, cluster.second))
    bobs = NativeClient(cluster.second.socket_url, token=token_of(bob))
    place = {"conversationId": conversation_id}

    async with greeted(typing_, sending, bobs):
        await typing_.call("typing", {**place, "isTyping": True})
        await bobs.next("typing", isTyping=True)
        began = time.monotonic()
        await sending.call("send", {**place, "content": "Done"})
        await bobs.next("typing", isTyping=False)

        assert time.monotonic() - began < 2  # by itself it would end after three
