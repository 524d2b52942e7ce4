import asyncio

import pytest

from messenger.models import Message, User
from tests.chaos.crowd import call
from tests.concurrency.conftest import Servers
from tests.live import direct, greeted, token_of, unlimited
from tests.native import NativeClient
from tests.talks import CONVERSATIONS
from tests.threads import in_a_thread

HALF = 25


@pytest.mark.slow
async def test_fifty_sends_at_once_through_both_doors_store_one(servers: Servers, alice: User, bob: User) -> None:
    unlimited(alice)
    talk, token, bobs_token = direct(alice, bob), token_of(alice), token_of(bob)
    body = {"content": "Only once", "clientNonce": "once"}
    path = f"{CONVERSATIONS}/{talk}/messages"
    clients = [NativeClient(server.socket_url, token=token) for server in (servers.first, servers.second)]
    bobs = NativeClient(servers.second.socket_url, token=bobs_token)

    async with greeted(*clients, bobs):
        over_sockets = [clients[n % 2].call("send", {**body, "conversationId": talk}) for n in range(HALF)]
        over_rest = [asyncio.to_thread(call, servers.turn(n), token, "POST", path, body) for n in range(HALF)]
        socket_answers, rest_answers = await asyncio.gather(asyncio.gather(*over_sockets), asyncio.gather(*over_rest))
        await bobs.next("message")
        await asyncio.sleep(0.3)
        told_again = bobs.taken("message")

    messages = [answer["message"] for answer in socket_answers] + [answer["message"] for _, answer in rest_answers]
    assert [message for message in messages if message != messages[0]] == []
    assert sorted({status for status, _ in rest_answers}) in ([200], [200, 201])
    assert sum(status == 201 for status, _ in rest_answers) <= 1
    assert in_a_thread(lambda: [(row.seq, row.content) for row in Message.objects.all()]) == [(1, "Only once")]
    assert told_again == []


@pytest.mark.slow
async def test_of_two_texts_with_one_nonce_one_is_refused(servers: Servers, alice: User, bob: User) -> None:
    unlimited(alice)
    talk, token = direct(alice, bob), token_of(alice)
    path = f"{CONVERSATIONS}/{talk}/messages"
    bodies = [{"content": f"Text {n % 2}", "clientNonce": "same"} for n in range(20)]

    answers = await asyncio.gather(
        *[asyncio.to_thread(call, servers.turn(n), token, "POST", path, body) for n, body in enumerate(bodies)]
    )

    (stored,) = in_a_thread(lambda: list(Message.objects.values_list("content", flat=True)))
    for body, (status, answer) in zip(bodies, answers, strict=True):
        if body["content"] == stored:
            assert status in (200, 201)
        else:
            assert (status, answer["code"]) == (409, "nonce_reused")


@pytest.mark.slow
async def test_a_repeat_shows_who_has_read_it_at_either_door(servers: Servers, alice: User, bob: User) -> None:
    talk, token, bobs_token = direct(alice, bob), token_of(alice), token_of(bob)
    body = {"content": "Have you read this?", "clientNonce": "asked"}
    path = f"{CONVERSATIONS}/{talk}"
    async with greeted(NativeClient(servers.first.socket_url, token=token)) as (client,):
        await client.call("send", {**body, "conversationId": talk})
        assert (await asyncio.to_thread(call, servers.first, bobs_token, "POST", f"{path}/read", {}))[0] == 200
        by_socket = (await client.call("send", {**body, "conversationId": talk}))["message"]
    _, by_rest = await asyncio.to_thread(call, servers.first, token, "POST", f"{path}/messages", body)

    assert (by_socket["status"], [entry["userId"] for entry in by_socket["readBy"]]) == ("read", [str(bob.pk)])
    assert by_rest["message"] == by_socket
