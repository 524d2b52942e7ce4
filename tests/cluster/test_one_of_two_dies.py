import asyncio
from random import Random

import pytest

from messenger.models import Message, User
from tests.chaos.crowd import Poster, Talker, call, loaded_afresh
from tests.cluster.clusters import Cluster
from tests.live import direct, greeted, group, token_of, unlimited
from tests.native import NativeClient
from tests.socketio.node import findings_of, start
from tests.threads import in_a_thread


async def test_the_clients_of_a_killed_process_go_on_at_the_other_and_lose_nothing(
    cluster: Cluster, alice: User, bob: User, carol: User
) -> None:
    unlimited(alice, bob, carol)
    people = [alice, bob, carol]
    places = [group(alice, bob, carol)]
    talkers = [Talker(cluster.front, user.pk, token_of(user), places, Random(user.pk)) for user in people]
    poster = Poster(cluster.front, alice.pk, token_of(alice), places, Random(7))

    stop = asyncio.Event()
    posting = asyncio.create_task(asyncio.to_thread(poster.run, stop))
    talking = [asyncio.create_task(talker.run(stop)) for talker in talkers]
    for server in (cluster.first, cluster.second):
        await asyncio.sleep(1)
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(1)
        await asyncio.to_thread(server.start)
    await asyncio.sleep(0.5)
    stop.set()
    await asyncio.gather(posting, *talking)

    stored = in_a_thread(lambda: dict(Message.objects.exclude(nonce=None).values_list("nonce", "seq")))
    writers: list[Talker | Poster] = [*talkers, poster]
    told = {nonce: message["seq"] for writer in writers for nonce, message in writer.acknowledged.items()}
    assert len(told) > 100
    assert stored == told
    assert sum(talker.reconnections for talker in talkers) >= len(talkers)
    for talker in talkers:
        fresh = await asyncio.to_thread(loaded_afresh, cluster.front, talker.token)
        assert talker.copy.differs_from(fresh) == []


@pytest.mark.parametrize("transports", [["polling"], ["websocket"]])
async def test_the_real_client_comes_back_at_the_other_process(
    cluster: Cluster, alice: User, bob: User, transports: list[str]
) -> None:
    unlimited(alice, bob)
    place, bobs_token = direct(alice, bob), token_of(bob)
    node = await start(
        "survives", url=cluster.front.base_url, token=token_of(alice), options={"transports": transports}
    )
    before = await _line_of(node)
    await asyncio.to_thread((cluster.first if before == "web1" else cluster.second).kill)
    after = await _line_of(node)
    path = f"/api/v4/messenger/conversations/{place}/messages"

    status, _ = await asyncio.to_thread(call, cluster.front, bobs_token, "POST", path, {"content": "Still here?"})

    assert {before, after} == {"web1", "web2"}
    assert (status, (await findings_of(node))["heard"]) == (201, "Still here?")


async def _line_of(node: asyncio.subprocess.Process) -> str:
    assert node.stdout is not None
    async with asyncio.timeout(20):
        return (await node.stdout.readline()).decode().strip()


async def test_requests_go_to_the_one_that_is_left(cluster: Cluster, alice: User) -> None:
    token = token_of(alice)
    await asyncio.to_thread(cluster.first.kill)

    statuses = [
        (await asyncio.to_thread(call, cluster.front, token, "GET", "/api/v4/messenger/conversations"))[0]
        for _ in range(10)
    ]
    async with greeted(NativeClient(cluster.front.socket_url, token=token)):
        pass

    assert statuses == [200] * 10


async def test_without_any_process_the_front_says_so(cluster: Cluster, alice: User) -> None:
    for server in (cluster.first, cluster.second):
        await asyncio.to_thread(server.kill)

    status, answer = await asyncio.to_thread(call, cluster.front, "", "GET", "/api/v4/messenger/conversations")

    assert (status, answer["code"], answer["success"]) == (503, "unavailable", False)
