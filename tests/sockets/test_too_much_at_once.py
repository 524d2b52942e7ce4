import asyncio
import contextlib
import json

import pytest
from websockets.exceptions import ConnectionClosed

from messenger.models import Message, User
from messenger.realtime.pace import EventPace
from tests.live import direct, greeted, token_of, unlimited
from tests.native import NativeClient, Refused
from tests.servers import Server
from tests.threads import in_a_thread

KIB = 1024


async def test_a_frame_of_256_kib_is_taken_and_one_byte_more_closes(server: Server, alice: User) -> None:
    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (client,):
        start = '{"event":"messenger:v4:presence","ref":"mine","data":{"x":"'
        end = '"}}'
        fitting = start + "x" * (256 * KIB - len(start) - len(end)) + end
        await client.socket.send(fitting)
        answer = await client.next("unasked:answer", ref="mine")
        await client.socket.send(fitting + " ")
        code = await client.closed()

    assert (len(fitting), answer["ok"], code) == (256 * KIB, True, 1009)


@pytest.mark.parametrize("parts", [2, 50])
async def test_a_frame_in_parts_is_no_longer_than_one_in_one_piece(server: Server, alice: User, parts: int) -> None:
    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (client,):
        with contextlib.suppress(ConnectionClosed):  # the server need not wait for the last parts
            await client.socket.send("x" * (300 * KIB // parts) for _ in range(parts))

        assert await client.closed() == 1009


async def test_bytes_count_and_not_characters(server: Server, alice: User) -> None:
    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (client,):
        await client.socket.send(json.dumps({"event": "x", "data": {"x": "€" * 90_000}}, ensure_ascii=False))

        assert await client.closed() == 1009


async def test_a_hundred_events_a_minute_and_the_connection_stays(
    server: Server, alice: User, bob: User, conversation_id: str
) -> None:
    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (client,):
        asks = [client.call("join-conversation", {"conversationId": conversation_id}) for _ in range(104)]
        answers = await asyncio.gather(*asks, return_exceptions=True)
        refused = [answer for answer in answers if isinstance(answer, Refused)]
        with pytest.raises(Refused) as send_refused:
            await client.call("send", {"conversationId": conversation_id, "content": "Dropped"})
        alive = await client.call("presence")

    assert [item.code for item in refused] == ["rate_limited"] * 4
    details = refused[0].error["details"]
    assert 0 < details["retryAfter"] <= 60
    assert (details["limit"], details["remaining"]) == (100, 0)
    assert details["resetAt"].endswith("Z")
    assert send_refused.value.code == "rate_limited"
    assert set(alive) == {"positions"}
    assert not in_a_thread(Message.objects.exists)


async def test_reading_and_typing_are_not_counted(server: Server, alice: User, bob: User, conversation_id: str) -> None:
    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (client,):
        for event in ("read", "typing", "presence"):
            data = {} if event == "presence" else {"conversationId": conversation_id}
            await asyncio.gather(*[client.call(event, data) for _ in range(60)])

        assert await client.call("join-conversation", {"conversationId": conversation_id}) == {}


async def test_of_many_pointers_within_a_second_the_furthest_counts(
    server: Server, alice: User, bob: User, conversation_id: str
) -> None:
    unlimited(alice)
    clients = [NativeClient(server.socket_url, token=token_of(user)) for user in (alice, bob)]

    async with greeted(*clients) as (alices, bobs):
        for number in range(10):
            await alices.call("send", {"conversationId": conversation_id, "content": f"{number}"})
        marks = [1, 9, 4, 7]
        answers = await asyncio.gather(
            *[bobs.call("read", {"conversationId": conversation_id, "upToSeq": seq}) for seq in marks]
        )
        read = [await alices.next("read") for _ in range(2)]
        await bobs.call("delivered", {"conversationId": conversation_id, "upToSeq": 10})
        delivered = await alices.next("delivered")
        late = alices.taken("read")

    assert [answer["lastReadSeq"] for answer in answers] == [1, 9, 9, 9]
    assert ([event["lastReadSeq"] for event in read], late) == ([1, 9], [])
    assert (delivered["upToSeq"], delivered["userId"]) == (10, str(bob.pk))


async def test_typing_leaves_at_most_once_a_second(
    server: Server, alice: User, bob: User, conversation_id: str
) -> None:
    clients = [NativeClient(server.socket_url, token=token_of(user)) for user in (alice, bob)]

    async with greeted(*clients) as (alices, bobs):
        for _ in range(20):
            await alices.post("typing", {"conversationId": conversation_id, "isTyping": True})
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.2)

        assert len(bobs.taken("typing")) <= 2


async def test_one_conversations_second_is_not_anothers(server: Server, alice: User, bob: User, carol: User) -> None:
    places = [direct(alice, bob), direct(alice, carol)]

    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (client,):
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await asyncio.gather(*[client.call("read", {"conversationId": place}) for place in places])

        assert loop.time() - begun < 0.9


def test_a_pace_lets_its_number_through_and_says_when_it_starts_anew() -> None:
    clock = [1000.0]
    pace = EventPace([(3, 60), (5, 3600)], now=lambda: clock[0])

    first = [pace.retry_after() for _ in range(4)]
    clock[0] += 60
    second = [pace.retry_after() for _ in range(3)]

    assert first == [None, None, None, 60]
    assert second[:1] == [None]
    assert second[1] == 3540


def test_three_minutes_running_over_it_are_hopeless() -> None:
    clock = [0.0]
    pace = EventPace([(1, 60)], now=lambda: clock[0])

    def flood() -> bool:
        for _ in range(5):
            pace.retry_after()
        return pace.is_hopeless

    seen = []
    for minute in (0, 1, 3, 4, 5):
        clock[0] = 60.0 * minute + 1
        seen.append(flood())

    assert seen == [False, False, False, False, True]


def test_no_limit_is_no_limit() -> None:
    pace = EventPace([])

    assert {pace.retry_after() for _ in range(10_000)} == {None}
