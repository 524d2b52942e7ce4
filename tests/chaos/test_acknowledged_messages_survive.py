import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from messenger.models import Conversation, Message, User
from tests.chaos.crowd import Poster, Talker, loaded_afresh
from tests.live import direct, group, token_of
from tests.servers import Server, database_url, running_server
from tests.threads import in_a_thread

KILLS = 5
CUTS = 6
NAME = "chaos"


@dataclass
class Party:
    """Four people in a group and in pairs, on sockets, and two of them on REST as well."""

    talkers: list[Talker]
    posters: list[Poster]

    async def talk(self, trouble: Callable[[], Awaitable[None]]) -> None:
        """Let all talk while there is trouble; returns when everybody has caught up."""
        stop = asyncio.Event()
        rest_work = [asyncio.create_task(asyncio.to_thread(poster.run, stop)) for poster in self.posters]
        socket_work = [asyncio.create_task(talker.run(stop)) for talker in self.talkers]
        await trouble()
        await asyncio.sleep(1)
        stop.set()
        await asyncio.gather(*rest_work)
        await asyncio.gather(*socket_work)

    async def check(self, server: Server) -> None:
        """Look whether everybody has what was acknowledged, once, and all have the same."""
        in_a_thread(lambda: _check_ledgers([*self.talkers, *self.posters]))
        in_a_thread(_check_numbers)
        for talker in self.talkers:
            fresh = await asyncio.to_thread(loaded_afresh, server, talker.token)
            assert talker.copy.differs_from(fresh) == []


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """A server of this test's own, to be killed."""
    url = database_url()
    named = f"{url}{'&' if '?' in url else '?'}application_name={NAME}"
    with running_server(tmp_path, MESSENGER_RATE_LIMIT="off", DATABASE_URL=named) as running:
        yield running


@pytest.fixture
def party(server: Server, alice: User, bob: User, carol: User, adam: User) -> Party:
    people = [alice, bob, carol, adam]
    room = group(*people)
    pairs = [(direct(one, other), one, other) for one, other in zip(people, [*people[1:], alice], strict=True)]
    tokens = {user.pk: token_of(user) for user in people}

    def places_of(user: User) -> list[str]:
        return [room, *[key for key, *two in pairs if user in two]]

    return Party(
        [Talker(server, user.pk, tokens[user.pk], places_of(user), Random(user.pk)) for user in people],
        [Poster(server, user.pk, tokens[user.pk], places_of(user), Random(user.pk)) for user in (alice, bob)],
    )


@pytest.mark.slow
async def test_killed_five_times_it_loses_and_doubles_nothing(server: Server, party: Party) -> None:
    chance = Random(7)

    async def kill() -> None:
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.8, 1.8))
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)

    await party.talk(kill)

    assert min(talker.reconnections for talker in party.talkers) >= KILLS
    await party.check(server)


@pytest.mark.slow
async def test_with_its_database_connections_cut_it_loses_and_doubles_nothing(server: Server, party: Party) -> None:
    async def cut() -> None:
        for _ in range(CUTS):
            await asyncio.sleep(0.5)
            await asyncio.to_thread(in_a_thread, _cut_database_connections)

    await party.talk(cut)

    assert [talker.reconnections for talker in party.talkers] == [0] * len(party.talkers)
    await party.check(server)


def _cut_database_connections() -> None:
    """End every session of the server's in the database, as a restart of that would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = %s",
            [NAME],
        )


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
