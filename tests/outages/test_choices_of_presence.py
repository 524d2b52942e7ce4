"""Two web processes and a Valkey that comes and goes: what somebody chose at one and took back at the other."""

import asyncio
import time

import pytest
from redis import Redis

from config.proof.links import Link
from config.proof.web import ask_json
from messenger.models import User
from tests.cluster.clusters import Cluster
from tests.live import token_of
from tests.outages.conftest import OwnValkey
from tests.presence.conftest import acquaint
from tests.presence.doors import choose, connected, shown

pytestmark = pytest.mark.slow


async def _alive(link: Link, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        await link.call("presence", {"status": "online"})
        await asyncio.sleep(0.5)


async def test_a_valkey_that_hangs_for_a_moment_brings_back_nothing_that_was_taken_back(
    cluster: Cluster, own_valkey: OwnValkey, alice: User, bob: User, conversation_id: str
) -> None:
    acquaint(conversation_id, alice, bob)
    bobs, alices = token_of(bob), token_of(alice)
    async with connected("native", cluster.first, bobs) as link:
        await _alive(link, 1)
        await choose(cluster.first, bobs, "away")
        await choose(cluster.second, bobs, "online")
        assert await shown(cluster.second, alices, bob) == ["online"]

        with Redis.from_url(own_valkey.places.redis_url) as valkey:
            valkey.execute_command("CLIENT", "PAUSE", "1500", "ALL")
        await _alive(link, 6)

        assert [await shown(each, alices, bob) for each in (cluster.first, cluster.second)] == [["online"]] * 2


async def test_what_an_ended_sign_in_chose_does_not_come_back_with_valkey(
    cluster: Cluster, own_valkey: OwnValkey, alice: User, bob: User, conversation_id: str
) -> None:
    acquaint(conversation_id, alice, bob)
    phone, laptop, alices = token_of(bob), token_of(bob), token_of(alice)
    async with connected("native", cluster.first, laptop) as link:
        await _alive(link, 1)
        await choose(cluster.first, phone, "away")
        assert await shown(cluster.second, alices, bob) == ["away"]
        status, _ = await ask_json(cluster.second.port, "POST", "/api/v4/auth/logout", {}, token=phone)
        assert status == 200
        assert await shown(cluster.second, alices, bob) == ["online"]

        own_valkey.stop()
        own_valkey.start()
        await _alive(link, 6)

        assert [await shown(each, alices, bob) for each in (cluster.first, cluster.second)] == [["online"]] * 2
