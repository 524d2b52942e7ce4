import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from messenger.models import Conversation, Message, User
from tests.chaos.crowd import Poster, Talker, loaded_afresh
from tests.live import direct, group, token_of
from tests.servers import Server, running_server
from tests.threads import in_a_thread

KILLS = 5


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """A server of this test's own, to be killed."""
    with running_server(tmp_path, MESSENGER_RATE_LIMIT="off") as running:
        yield running


@pytest.mark.slow
async def test_killed_five_times_it_loses_and_doubles_nothing(
    server: Server, alice: User, bob: User, carol: User, adam: User
) -> None:
    chance = Random(7)
    people = [alice, bob, carol, adam]
    room = group(alice, bob, carol, adam)
    pairs = [(direct(one, other), one, other) for one, other in zip(people, [*people[1:], alice], strict=True)]
    places = {user.pk: [room, *[key for key, *two in pairs if user in two]] for user in people}
    tokens = {user.pk: token_of(user) for user in people}
    talkers = [Talker(server, user.pk, tokens[user.pk], places[user.pk], Random(user.pk)) for user in people]
    posters = [Poster(server, user.pk, tokens[user.pk], places[user.pk], Random(user.pk)) for user in (alice, bob)]

    stop = asyncio.Event()
    rest_work = [asyncio.create_task(asyncio.to_thread(poster.run, stop)) for poster in posters]
    socket_work = [asyncio.create_task(talker.run(stop)) for talker in talkers]
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.8, 1.8))
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
    await asyncio.sleep(1)
    stop.set()
    await asyncio.gather(*rest_work)
    await asyncio.gather(*socket_work)

    in_a_thread(lambda: _check_ledgers([*talkers, *posters]))
    in_a_thread(_check_numbers)
    assert min(talker.reconnections for talker in talkers) >= KILLS
    for talker in talkers:
        fresh = await asyncio.to_thread(loaded_afresh, server, talker.token)
        assert talker.copy.differs_from(fresh) == []


def _check_ledgers(writers: list[Talker | Poster]) -> None:
    """Every acknowledged message is there once, with the id and place that were acknowledged; no other is."""
    stored = {message.nonce: message for message in Message.objects.exclude(nonce=None)}
    told = {nonce: message for writer in writers for nonce, message in writer.acknowledged.items()}
    assert len(told) > 200
    assert stored.keys() == told.keys()
    assert Message.objects.exclude(nonce=None).count() == len(told)
    for nonce, message in told.items():
        assert (str(stored[nonce].pk), stored[nonce].seq) == (message["id"], message["seq"])


def _check_numbers() -> None:
    """In every conversation `seq` is dense, `version` counts every change, and unread is exact."""
    for conversation in Conversation.objects.all():
        messages = list(Message.objects.filter(conversation=conversation).order_by("seq"))
        assert [message.seq for message in messages] == list(range(1, conversation.last_seq + 1))
        assert max(message.version for message in messages) <= conversation.version
        assert len({message.version for message in messages}) == len(messages)
        for seat in conversation.seats.all():
            counted = [
                message for message in messages
                if message.seq > seat.last_read_seq and message.sender_id != seat.user_id
                and message.deleted_at is None and message.type != "system"
            ]  # fmt: skip
            kept = conversation.countable_seq - seat.read_countable - seat.own_above - seat.deleted_above
            assert kept == len(counted)
