import asyncio
import json
from typing import Any

import pytest

from messenger.realtime import handlers
from messenger.realtime.incoming import SEND
from tests.bad_input.conftest import World
from tests.bad_input.tables import TAKES, WRONG
from tests.inputs.test_json_is_read_strictly import REFUSED
from tests.live import greeted
from tests.matrix.scene import everything_stored
from tests.native import NativeClient, Refused
from tests.threads import in_a_thread

P = "messenger:v4:"
FIELDS: dict[str, dict[str, str]] = {
    f"{P}send": {
        "conversationId": "id", "content": "text", "clientNonce": "secret", "replyTo": "id", "attachmentIds": "ids",
        "metadata": "object", "type": "choice",
    },
    f"{P}edit": {"messageId": "id", "content": "text"},
    f"{P}delete": {"messageId": "id"},
    f"{P}react": {"messageId": "id", "emoji": "emoji", "on": "flag"},
    f"{P}read": {"conversationId": "id", "upToSeq": "integer", "upToMessageId": "id"},
    f"{P}delivered": {"conversationId": "id", "upToSeq": "integer"},
    f"{P}typing": {"conversationId": "id", "isTyping": "flag"},
    "messenger:typing": {"conversationId": "id", "isTyping": "flag"},
    f"{P}presence": {"status": "choice"},
    f"{P}sync": {
        "conversations": "structure", "only": "ids", "cursor": "cursor", "limit": "integer", "epoch": "secret",
    },
    f"{P}join-conversation": {"conversationId": "id"},
    f"{P}leave-conversation": {"conversationId": "id"},
    "auth": {"token": "choice"},
}  # fmt: skip
GOOD: dict[str, dict[str, Any]] = {
    f"{P}send": {"conversationId": "{c}", "content": "Hello"},
    f"{P}edit": {"messageId": "{m}", "content": "Edited"},
    f"{P}react": {"messageId": "{m}", "emoji": "👍"},
    f"{P}read": {"conversationId": "{c}"},
    f"{P}delivered": {"conversationId": "{c}", "upToSeq": 1},
    f"{P}typing": {"conversationId": "{c}"},
    "messenger:typing": {"conversationId": "{c}"},
}
FRAMES: dict[str, str | bytes] = {
    "nothing": "",
    "blanks": "   ",
    "a word": "hello",
    "a list": "[]",
    "a number": "5",
    "null": "null",
    "no event": "{}",
    "an event of no kind": '{"event": 5}',
    "an event that is a list": '{"event": ["messenger:v4:send"]}',
    "an event of nobody's": '{"event": "messenger:v4:frobnicate", "ref": "1"}',
    "a server's event": '{"event": "messenger:v4:message", "ref": "1", "data": {}}',
    "an event of 5,000 letters": json.dumps({"event": "x" * 5_000}),
    "an event with a NUL": '{"event": "messenger:v4:send\\u0000"}',
    "data that is a list": '{"event": "messenger:v4:sync", "ref": "1", "data": []}',
    "data that is text": '{"event": "messenger:v4:sync", "ref": "1", "data": "x"}',
    "data that is a number": '{"event": "messenger:v4:sync", "ref": "1", "data": 7}',
    "a ref that is an object": '{"event": "messenger:v4:sync", "ref": {"a": 1}}',
    "a ref that is true": '{"event": "messenger:v4:sync", "ref": true}',
    "a ref of 5,000 letters": json.dumps({"event": "messenger:v4:sync", "ref": "r" * 5_000}),
    "an event twice": '{"event": "messenger:v4:sync", "event": "messenger:v4:send"}',
    "an older dialect": '42["authenticate",{"token":"x"}]',
    "Engine.IO's ping": "2",
    "bytes": b"\x00\x01\x02",
    "bytes of JSON": b'{"event": "messenger:v4:sync"}',
    "no bytes": b"",
    "a script": "<script>alert(1)</script>",
    "a lone quote": '"',
}


async def _refusal(client: NativeClient, event: str, data: object) -> str:
    """The code of the refusal, or what else came of it."""
    if any(letter in json.dumps(data) for letter in ("\\u0000", "\\ud800")):  # no JSON at all, so that no `ref` is read
        await client.post(event, data)
        return str((await client.next("unasked:answer"))["error"]["code"])
    try:
        return f"taken: {await client.call(event, data)}"
    except Refused as refused:
        is_told = refused.error["message"].endswith((".", "?"))
        return str(refused.code) if is_told else f"no sentence: {refused.error}"


def _filled(world: World, event: str, field: str, value: object) -> dict[str, Any]:
    good = json.loads(world.filled(json.dumps(GOOD.get(event, {}))))
    if field == "conversationId":
        return {**good, field: value}
    # a place of its own, so that no answer stands for several
    return {**good, field: value, **({"conversationId": world.ids["c"]} if "conversationId" in good else {})}


async def _wrong_answers(world: World, name: str, value: object) -> list[tuple[str, ...]]:
    """What events answer to one bad value in each of their fields, where that is no refusal."""
    pairs = [(e, f) for e, fields in FIELDS.items() for f, kind in fields.items() if name not in TAKES[kind]]
    answers = []
    async with greeted(NativeClient(world.server.socket_url, token=world.alices.token)) as (client,):
        for number in range(4):  # one field of an event at a time: the chatty ones are answered once a second
            turn = [(event, field) for event, field in pairs if list(FIELDS[event]).index(field) % 4 == number]
            codes = await asyncio.gather(*[_refusal(client, e, _filled(world, e, f, value)) for e, f in turn])
            answers += [(name, *pair, code) for pair, code in zip(turn, codes, strict=True)]
        assert await client.call("join-conversation", {"conversationId": world.ids["c"]}) == {}
    return [answer for answer in answers if answer[-1] not in ("validation_error", "invalid_token", "not_found")]


async def test_no_field_of_an_event_takes_what_it_is_not_for(world: World) -> None:
    stored = in_a_thread(everything_stored)

    wrong = await asyncio.gather(*[_wrong_answers(world, name, value) for name, value in WRONG.items()])

    assert [answer for answers in wrong for answer in answers] == []
    assert in_a_thread(everything_stored) == stored


async def test_no_frame_that_is_none_breaks_the_connection(world: World) -> None:
    stored = in_a_thread(everything_stored)
    frames = {**FRAMES, **{name: raw.decode("latin-1") for name, raw in REFUSED.items() if len(raw) < 200_000}}

    async with greeted(NativeClient(world.server.socket_url, token=world.alices.token)) as (client,):
        for raw in frames.values():
            await client.socket.send(raw)
        for _ in frames:
            answer = await client.next("unasked:answer")
            assert answer["ok"] is False
            assert answer["error"]["code"] in ("validation_error", "unknown_event")
        assert await client.call("join-conversation", {"conversationId": world.ids["c"]}) == {}

    assert in_a_thread(everything_stored) == stored


@pytest.mark.parametrize("event", [*handlers.EVENTS, SEND])
async def test_no_event_takes_data_that_is_no_object(world: World, event: str) -> None:
    async with greeted(NativeClient(world.server.socket_url, token=world.alices.token)) as (client,):
        for number, data in enumerate(("[]", '"x"', "5", "true", "[[{}]]", "1.5")):
            await client.socket.send(f'{{"event":"{event}","ref":"r{number}","data":{data}}}')
            answer = await client.next("unasked:answer", ref=f"r{number}")
            assert (answer["ok"], answer["error"]["code"]) == (False, "validation_error")


async def test_text_that_is_no_utf8_ends_the_connection_as_the_protocol_says(world: World) -> None:
    async with greeted(NativeClient(world.server.socket_url, token=world.alices.token)) as (client,):
        await client.socket.send(b'{"event": "\xff\xfe"}', text=True)

        assert await client.closed() == 1007
    assert "Traceback" not in world.server.log.read_text()


def test_the_table_knows_every_event() -> None:
    assert FIELDS.keys() == {*handlers.EVENTS, SEND, "auth"}
    assert len(FRAMES) + len(WRONG) + len(REFUSED) >= 60
