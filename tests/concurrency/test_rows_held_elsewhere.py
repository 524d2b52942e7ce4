"""Somebody else holds a row for long, or stands in the way: nobody waits for that for ever, and others not at all."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from messenger.models import Message, User
from tests.chaos.crowd import call
from tests.live import direct, greeted, token_of
from tests.native import NativeClient, Refused
from tests.servers import Server
from tests.talks import CONVERSATIONS
from tests.threads import in_a_thread

HELD_FOR_S = 6.0
CONVERSATION = "SELECT 1 FROM messenger_conversation WHERE id = {} FOR UPDATE"
MESSAGE = "SELECT 1 FROM messenger_message WHERE id = {} FOR UPDATE"
SEAT = "SELECT 1 FROM messenger_participant WHERE conversation_id = {} AND user_id = {} FOR UPDATE"

pytestmark = pytest.mark.slow


@contextmanager
def held(lock: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Another transaction with this lock, undone at the end."""
    known = in_a_thread(connection.get_connection_params)
    place = {name: known[name] for name in ("host", "port", "user", "password", "dbname") if known.get(name)}
    with psycopg.connect(**place) as other:
        other.execute(lock)
        yield other
        other.rollback()


@pytest.fixture
def talks(transactional_db: None, live: Server, alice: User, bob: User, carol: User) -> tuple[str, str]:
    """Alice's conversation with bob, and carol's."""
    return direct(alice, bob), direct(carol, bob)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "/messages", {"content": "Hello"}), ("PATCH", "", {"isPinned": True}), ("POST", "/read", {})],
)
def test_a_request_is_refused_for_the_moment_after_two_seconds(
    talks: tuple[str, str], live: Server, alice: User, method: str, path: str, body: dict[str, object]
) -> None:
    talk, token = talks[0], token_of(alice)
    with held(CONVERSATION.format(talk)) as other:
        other.execute(SEAT.format(talk, alice.pk))
        began = time.monotonic()
        status, answer = call(live, token, method, f"{CONVERSATIONS}/{talk}{path}", body)
        took = time.monotonic() - began

    assert (status, answer["code"]) == (503, "unavailable")
    assert 1.5 < took < HELD_FOR_S
    assert in_a_thread(Message.objects.count) == 0


async def test_others_are_served_meanwhile_and_what_waits_is_stored_in_its_turn(
    talks: tuple[str, str], live: Server, alice: User, carol: User
) -> None:
    mine, hers = talks
    clients = [NativeClient(live.socket_url, token=token_of(person)) for person in (alice, carol)]
    async with greeted(*clients) as (alices, carols):
        with held(CONVERSATION.format(mine)):
            waiting = [asyncio.create_task(alices.call("send", _message(mine, word))) for word in ("one", "two")]
            await asyncio.sleep(0.2)
            quick = await carols.call("send", _message(hers, "Hello"), within=1.5)
            assert not any(task.done() for task in waiting)
        answers = await asyncio.gather(*waiting)

    assert quick["message"]["seq"] == 1
    assert [(answer["message"]["seq"], answer["message"]["content"]) for answer in answers] == [(1, "one"), (2, "two")]


async def test_what_waits_too_long_is_refused_and_not_stored(
    talks: tuple[str, str], live: Server, alice: User, carol: User
) -> None:
    mine, _ = talks
    async with greeted(NativeClient(live.socket_url, token=token_of(alice))) as (client,):
        with held(CONVERSATION.format(mine)), pytest.raises(Refused) as refused:
            await client.call("send", _message(mine, "Hello"), within=HELD_FOR_S)
        again = await client.call("send", _message(mine, "Hello"))

    assert refused.value.code == "unavailable"
    assert again["message"]["seq"] == 1


async def test_marks_of_others_do_not_wait_for_a_seat_that_is_held(
    talks: tuple[str, str], live: Server, alice: User, bob: User, carol: User
) -> None:
    mine, hers = talks
    for talk in talks:
        assert call(live, token_of(bob), "POST", f"{CONVERSATIONS}/{talk}/messages", {"content": "Hello"})[0] == 201
    clients = [NativeClient(live.socket_url, token=token_of(person)) for person in (alice, carol)]
    async with greeted(*clients) as (alices, carols):
        with held(SEAT.format(mine, alice.pk)):
            waiting = asyncio.create_task(alices.call("read", {"conversationId": mine}))
            await asyncio.sleep(0.2)
            quick = await carols.call("read", {"conversationId": hers}, within=1.5)
            assert not waiting.done()
        late = await waiting

    assert (quick["lastReadSeq"], late["lastReadSeq"]) == (1, 1)


async def test_what_a_deadlock_undid_is_done_once_more(talks: tuple[str, str], live: Server, alice: User) -> None:
    """An edit holds the conversation and waits for the message; the other one holds that and wants the conversation."""
    talk, token = talks[0], token_of(alice)
    _, sent = call(live, token, "POST", f"{CONVERSATIONS}/{talk}/messages", {"content": "Hello"})
    message = sent["message"]["id"]
    path = f"{CONVERSATIONS}/{talk}/messages/{message}"
    async with greeted(NativeClient(live.socket_url, token=token)) as (client,):

        async def edited(content: str) -> None:
            if content == "By socket":
                await client.call("edit", {"messageId": message, "content": content})
            else:
                await asyncio.to_thread(call, live, token, "PATCH", path, {"content": content})

        for content in ("By REST", "By socket"):
            with held(MESSAGE.format(message)) as other:
                editing = asyncio.create_task(edited(content))
                await asyncio.sleep(0.3)
                await asyncio.to_thread(other.execute, CONVERSATION.format(talk))  # the edit was undone for this
            await editing
            assert in_a_thread(lambda: Message.objects.get(pk=message).content) == content


def _message(conversation: str, content: str) -> dict[str, object]:
    return {"conversationId": conversation, "content": content, "clientNonce": content}
