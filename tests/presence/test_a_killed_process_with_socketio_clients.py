import asyncio
import time

import pytest

from messenger.models import User
from tests.cluster.clusters import Cluster
from tests.cluster.conftest import cluster, shared_cluster
from tests.live import greeted, group, token_of
from tests.native import NativeClient
from tests.presence.conftest import acquaint
from tests.presence.doors import connected, shown, told_of

__all__ = ["cluster", "shared_cluster"]

pytestmark = pytest.mark.slow

LEASE_S, SWEEP_S = 4.0, 1.4  # as the cluster has it


async def test_whoever_was_connected_there_is_told_offline_at_the_other_one(
    nobody_is_here: None, cluster: Cluster, alice: User, bob: User, carol: User, mallory: User
) -> None:
    gone, stays = (bob, carol), mallory
    acquaint(group(alice, *gone, stays), alice, *gone, stays)
    alices_token, stays_token = token_of(alice), token_of(stays)
    first, second = cluster.first, cluster.second
    async with (
        greeted(NativeClient(second.socket_url, token=alices_token)) as (alices,),
        connected("websocket", first, token_of(bob)),
        connected("polling", first, token_of(carol)),
        connected("websocket", first, stays_token),
        connected("polling", second, stays_token) as elsewhere,
    ):
        for person in (*gone, stays):
            await alices.next("presence", userId=str(person.pk), status="online")
        await asyncio.to_thread(first.kill)
        began = time.monotonic()
        told = [asyncio.create_task(alices.next("presence", userId=str(one.pk), within=10)) for one in gone]
        while not all(task.done() for task in told):
            await elsewhere.call("presence", {})
            await asyncio.sleep(0.5)
        took = time.monotonic() - began

        assert [(await task)["status"] for task in told] == ["offline", "offline"]
        assert LEASE_S - 1.5 < took < LEASE_S + SWEEP_S + 1
        assert await shown(second, alices_token, *gone, stays) == ["offline", "offline", "online"]
        assert told_of(alices, stays) == []
