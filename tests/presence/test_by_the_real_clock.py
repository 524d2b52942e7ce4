"""Presence with the product's own times. The one test of the suite that waits: for the 75 s of a lease, all at once."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest

from messenger.models import User
from messenger.services.drafts import Draft
from messenger.services.sending import send_message
from messenger.services.sign_ins import end_sign_ins
from tests.cluster.clusters import Cluster, running_cluster
from tests.ground.processes import ROOT
from tests.live import greeted, group, token_of
from tests.native import NativeClient
from tests.threads import in_a_thread

CLOSED_S, SIGNED_OUT_S, GONE_S = 10.0, 2.0, 80.0


@pytest.fixture
def cluster(transactional_db: None, tmp_path: Path) -> Iterator[Cluster]:
    """Two processes with every time as it is in production."""
    with running_cluster(tmp_path) as running:
        yield running


@contextlib.asynccontextmanager
async def lone_client(url: str, token: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A greeted client in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.presence.lone_client", f"{url}?token={token}", cwd=ROOT, stdout=-1
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        assert await process.stdout.readline() == b"greeted\n"
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def seconds_until_offline(watching: NativeClient, user: User, *, since: float) -> float:
    await watching.next("presence", userId=str(user.pk), status="offline", within=100)
    return time.monotonic() - since


async def signs_of_life(client: NativeClient) -> None:
    while True:
        await asyncio.sleep(20)
        await client.call("presence", {})


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_who_goes_in_whatever_way_is_offline_in_time(
    cluster: Cluster, alice: User, bob: User, carol: User, mallory: User, adam: User
) -> None:
    cut_off, killed, closing, leaving = bob, carol, mallory, adam
    place = group(alice, cut_off, killed, closing, leaving)
    for person in (alice, cut_off, killed, closing, leaving):
        said = Draft(sender_id=person.pk, conversation_id=int(place), content="Hello")
        in_a_thread(partial(send_message, said))
    near, far = cluster.second.socket_url, cluster.first.socket_url

    async with (
        greeted(NativeClient(near, token=token_of(alice))) as (alices,),
        lone_client(near, token_of(killed)) as killeds,
        greeted(NativeClient(near, token=token_of(leaving))),
    ):
        async with greeted(NativeClient(near, token=token_of(closing))), lone_client(far, token_of(cut_off)):
            for person in (cut_off, killed, closing, leaving):
                await alices.next("presence", userId=str(person.pk), status="online", within=10)
            alive = asyncio.create_task(signs_of_life(alices))

            await asyncio.to_thread(cluster.first.kill)
            until_cut_off = asyncio.create_task(seconds_until_offline(alices, cut_off, since=time.monotonic()))
            killeds.kill()
            until_killed = asyncio.create_task(seconds_until_offline(alices, killed, since=time.monotonic()))
            began = time.monotonic()
            in_a_thread(lambda: end_sign_ins(user=leaving, reason="signed_out"))
            until_left = asyncio.create_task(seconds_until_offline(alices, leaving, since=began))
        until_closed = asyncio.create_task(seconds_until_offline(alices, closing, since=time.monotonic()))

        took = await asyncio.gather(until_left, until_closed, until_killed, until_cut_off)
        again = [data["userId"] for data in alices.taken("presence") if data["status"] == "offline"]
        alive.cancel()

    after_leaving, after_closing, after_client_killed, after_process_killed = took
    assert after_leaving < SIGNED_OUT_S
    assert 6 < after_closing < CLOSED_S
    assert 6 < after_client_killed < GONE_S
    assert 60 < after_process_killed < GONE_S
    assert again == []
