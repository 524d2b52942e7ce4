import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from messenger.models import User
from tests.live import greeted, token_of
from tests.native import NativeClient, Refused
from tests.servers import Server

Answers = list[dict[str, Any] | BaseException]


async def _lines(client: NativeClient, place: str, count: int) -> list[str]:
    """Send so many messages; their ids."""
    sent = [await client.call("send", {"conversationId": place, "content": f"Line {n}"}) for n in range(count)]
    return [answer["message"]["id"] for answer in sent]


async def _marks(client: NativeClient, place: str, *marks: Mapping[str, object]) -> Answers:
    """Read up to each of these at once."""
    asks = [client.call("read", {"conversationId": place, **mark}) for mark in marks]
    return await asyncio.gather(*asks, return_exceptions=True)


def _reached(answers: Answers) -> list[object]:
    return [answer.code if isinstance(answer, Refused) else answer["lastReadSeq"] for answer in answers]  # type: ignore[index]  # else it fails


async def test_reading_all_is_not_taken_back_by_reading_less(
    server: Server, alice: User, bob: User, conversation_id: str
) -> None:
    clients = [NativeClient(server.socket_url, token=token_of(user)) for user in (alice, bob)]

    async with greeted(*clients) as (alices, bobs):
        await _lines(alices, conversation_id, 5)
        answers = await _marks(bobs, conversation_id, {"upToSeq": 1}, {}, {"upToSeq": 2})

    assert _reached(answers) == [1, 5, 5]


async def test_messages_and_numbers_both_count(server: Server, alice: User, bob: User, conversation_id: str) -> None:
    clients = [NativeClient(server.socket_url, token=token_of(user)) for user in (alice, bob)]

    async with greeted(*clients) as (alices, bobs):
        ids = await _lines(alices, conversation_id, 6)
        marks = ({"upToSeq": 1}, {"upToMessageId": ids[4]}, {"upToSeq": 2}, {"upToMessageId": ids[2]})
        await _marks(bobs, conversation_id, *marks)
        last = await bobs.call("read", {"conversationId": conversation_id, "upToSeq": 1})

    assert last["lastReadSeq"] == 5


async def test_what_is_wrong_takes_nothings_place(server: Server, alice: User, bob: User, conversation_id: str) -> None:
    clients = [NativeClient(server.socket_url, token=token_of(user)) for user in (alice, bob)]

    async with greeted(*clients) as (alices, bobs):
        await _lines(alices, conversation_id, 3)
        answers = await _marks(bobs, conversation_id, {"upToSeq": 1}, {"upToSeq": 3}, {"upToSeq": "x"})

    assert _reached(answers) == [1, 3, "validation_error"]


async def test_away_is_not_lost_to_the_heartbeat_after_it(
    server: Server, alice: User, bob: User, conversation_id: str
) -> None:
    clients = [NativeClient(server.socket_url, token=token_of(user)) for user in (alice, bob)]

    async with greeted(*clients) as (alices, bobs):
        await _lines(alices, conversation_id, 1)
        await _lines(bobs, conversation_id, 1)  # both know each other now
        await alices.call("presence")
        await asyncio.gather(alices.call("presence", {"status": "away"}), alices.call("presence"))

        await bobs.next("presence", userId=str(alice.pk), status="away")


async def test_who_asks_for_what_is_not_there_is_counted(server: Server, mallory: User) -> None:
    async with greeted(NativeClient(server.socket_url, token=token_of(mallory))) as (client,):
        codes: Counter[str] = Counter()
        for number in range(150):
            with pytest.raises(Refused) as refused:
                await client.call("read", {"conversationId": str(10**9 + number)})
            codes[refused.value.code] += 1

    assert codes == {"not_found": 120, "rate_limited": 30}


async def test_frames_that_are_no_events_count(server: Server, mallory: User) -> None:
    async with greeted(NativeClient(server.socket_url, token=token_of(mallory))) as (client,):
        for number in range(104):
            await client.socket.send(json.dumps({"event": 5, "ref": f"bad {number}"}))
        answers = [await client.next("unasked:answer", ref=f"bad {number}") for number in range(104)]

    codes = Counter(answer["error"]["code"] for answer in answers)
    assert codes == {"validation_error": 100, "rate_limited": 4}


async def test_proofs_count(server: Server, mallory: User) -> None:
    async with greeted(NativeClient(server.socket_url, token=token_of(mallory))) as (client,):
        answers = await asyncio.gather(
            *[client.call("auth", {"token": "wrong"}) for _ in range(104)], return_exceptions=True
        )

    codes = Counter(answer.code for answer in answers if isinstance(answer, Refused))
    assert codes == {"invalid_token": 100, "rate_limited": 4}
