import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from config.engines.places import Places
from tests.chaos.crowd import Poster, Talker, call, loaded_afresh
from tests.native import NativeClient
from tests.outages.own_postgres import PASSWORD, OwnPostgres
from tests.servers import Server, running_server

Json = dict[str, Any]
ANSWERED_WITHIN_S = 8.0
WHOLE_AGAIN_WITHIN_S = 10.0
OUT_FOR_S = 14.0
MESSENGER = "/api/v4/messenger"


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[OwnPostgres]:
    """Nobody else uses it."""
    postgres = OwnPostgres(Places(tmp_path))
    postgres.start()
    postgres.fill()
    yield postgres
    postgres.stop()


@pytest.fixture
def server(own_postgres: OwnPostgres, tmp_path: Path) -> Iterator[Server]:
    """A web process on it."""
    url = own_postgres.places.database_url
    with running_server(
        tmp_path, DATABASE_URL=url, REDIS_URL="memory", MESSENGER_UNSAFE_COMMITS="off", MESSENGER_RATE_LIMIT="off"
    ) as running:
        yield running


class World:
    """The demo people in a room of their own, and what each of them does."""

    def __init__(self, server: Server) -> None:
        self.server = server
        names = ("alice", "bob", "carol", "mallory")
        signed_in = [self._ask("", "POST", "/api/v4/auth/token", self._credentials(name)) for name in names]
        self.tokens = [str(answer["access"]) for answer in signed_in]
        self.ids = [int(self._ask(token, "GET", "/api/v4/auth/me")["user"]["id"]) for token in self.tokens]
        wanted = {"type": "group", "title": "Power cut", "participantIds": self.ids[1:]}
        self.room = str(self._ask(self.tokens[0], "POST", f"{MESSENGER}/conversations", wanted)["conversation"]["id"])
        people = list(zip(self.ids, self.tokens, strict=True))
        self.talkers = [Talker(server, user, token, [self.room], Random(user)) for user, token in people]
        self.posters = [Poster(server, user, token, [self.room], Random(user)) for user, token in people[:2]]

    @staticmethod
    def _credentials(name: str) -> Json:
        return {"email": f"{name}@example.com", "password": PASSWORD}

    def _ask(self, token: str, method: str, path: str, body: Json | None = None) -> Json:
        status, answer = call(self.server, token, method, path, body)
        assert status in (200, 201), answer
        return answer


class Probe:
    """One request after the other, each with its status and its seconds."""

    def __init__(self, server: Server, token: str, room: str) -> None:
        self._server, self._token, self._room = server, token, room
        self.seen: list[tuple[float, str, int, str, float]] = []

    def run(self, until: asyncio.Event) -> None:
        path = f"{MESSENGER}/conversations/{self._room}/messages"
        number = 0
        while not until.is_set():
            for method, body in (("GET", None), ("POST", {"content": f"Probe {number}"})):
                number += 1
                began = time.monotonic()
                status, answer = call(self._server, self._token, method, path, body)
                self.seen.append((began, method, status, str(answer.get("code")), time.monotonic() - began))
            time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_nothing_acknowledged_is_lost_and_everybody_is_told_to_come_again(
    own_postgres: OwnPostgres, server: Server
) -> None:
    world = await asyncio.to_thread(World, server)
    probe = Probe(server, world.tokens[2], world.room)
    stop = asyncio.Event()
    async with NativeClient(server.socket_url, token=world.tokens[3]) as quiet:
        await quiet.next("hello")
        work: list[Poster | Probe] = [*world.posters, probe]
        threads = [asyncio.create_task(asyncio.to_thread(one.run, stop)) for one in work]
        talking = [asyncio.create_task(talker.run(stop)) for talker in world.talkers]
        await asyncio.sleep(2)
        own_postgres.kill()
        killed_at = time.monotonic()
        await asyncio.sleep(OUT_FOR_S)
        back_at = time.monotonic()
        own_postgres.start()
        ready_at = time.monotonic()
        await asyncio.sleep(WHOLE_AGAIN_WITHIN_S)
        stop.set()
        await asyncio.gather(*threads)
        await asyncio.gather(*talking)
        still_there = await quiet.call("presence", {})

    meanwhile = [row for row in probe.seen if killed_at + 0.1 < row[0] and row[0] + row[4] < back_at]
    outcomes = {(status, code) for _, _, status, code, _ in probe.seen}
    assert outcomes <= {(200, "None"), (201, "None"), (503, "unavailable")}
    assert {status for _, _, status, _, _ in meanwhile} == {503}
    assert max(took for *_, took in probe.seen) < ANSWERED_WITHIN_S
    assert min(began for began, _, status, _, _ in probe.seen if began > ready_at and status == 201) < ready_at + 5
    assert [status for began, _, status, _, _ in probe.seen if began > ready_at + 7].count(503) == 0

    assert [talker.reconnections for talker in world.talkers] == [0] * len(world.talkers)
    assert still_there["positions"].keys() >= {world.room}
    stored = {
        nonce: (str(key), seq)
        for nonce, key, seq in own_postgres.rows("SELECT nonce, id, seq FROM messenger_message WHERE nonce IS NOT NULL")
    }
    writers: list[Talker | Poster] = [*world.talkers, *world.posters]
    told = {nonce: (answer["id"], answer["seq"]) for writer in writers for nonce, answer in writer.acknowledged.items()}
    assert len(told) > 100
    assert stored == told
    for talker in world.talkers:
        assert talker.copy.differs_from(await asyncio.to_thread(loaded_afresh, server, talker.token)) == []
