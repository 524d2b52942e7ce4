"""A sync by REST is a sign of life, but of a page that also holds a connection only for as long as it does."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from config.proof.web import ask_json
from messenger.models import User
from presence import leases
from presence.leases import LeaseChange
from tests.live import greeted, token_of
from tests.native import NativeClient
from tests.presence.conftest import acquaint
from tests.presence.doors import EVERY_DOOR, connected, told_of
from tests.servers import Server, running_server

LEASE_S = 20


@pytest.fixture
def lasting_server(nobody_is_here: None, transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """The product with leases that outlast these tests, and a closed connection's second of grace."""
    with running_server(tmp_path, MESSENGER_PRESENCE_LEASE=str(LEASE_S), MESSENGER_PRESENCE_GRACE="1") as running:
        yield running


async def sync(server: Server, token: str) -> None:
    status, answer = await ask_json(server.port, "POST", "/api/v4/messenger/sync", {}, token=token)
    assert status == 200, answer


@pytest.mark.slow
@pytest.mark.parametrize("door", EVERY_DOOR)
async def test_a_page_that_synced_by_rest_is_offline_soon_after_it_closes(
    lasting_server: Server, alice: User, bob: User, conversation_id: str, door: str
) -> None:
    server, bobs_token = lasting_server, token_of(bob)
    acquaint(conversation_id, alice, bob)
    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (alices,):
        await sync(server, bobs_token)
        await alices.next("presence", userId=str(bob.pk), status="online")
        async with connected(door, server, bobs_token):
            await asyncio.sleep(0.5)
            await sync(server, bobs_token)
        closed_at = time.monotonic()
        await alices.next("presence", userId=str(bob.pk), status="offline", within=LEASE_S - 5)

        assert 0.5 < time.monotonic() - closed_at < 8
        await sync(server, bobs_token)
        await alices.next("presence", userId=str(bob.pk), status="online")


@pytest.mark.slow
async def test_a_page_that_lost_its_connection_stays_online_by_rest(
    lasting_server: Server, alice: User, bob: User, conversation_id: str
) -> None:
    server, bobs_token = lasting_server, token_of(bob)
    acquaint(conversation_id, alice, bob)
    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (alices,):
        async with connected("native", server, bobs_token):
            await alices.next("presence", userId=str(bob.pk), status="online")
        await asyncio.sleep(0.5)
        await sync(server, bobs_token)
        await asyncio.sleep(4)

        assert told_of(alices, bob) == []


@pytest.mark.parametrize("store", ["valkey", "memory"])
def test_another_device_by_rest_keeps_its_person_online(
    settings: LazySettings, db: None, bob: User, store: str
) -> None:
    if store == "memory":
        settings.REDIS_URL = "memory"
    for lease, state, lasts_s, expected in (
        ("rest:2", "alive", 30.0, "online"),
        ("laptop@1", "online", 30.0, "online"),
        ("rest:1", "alive", 30.0, "online"),
        ("laptop@1", "ending", 0.0, "online"),
        ("rest:2", "ending", 0.0, "offline"),
        ("rest:1", "alive", 30.0, "online"),
        ("laptop@1", "online", 30.0, "online"),
        ("laptop@1", "ending", 0.0, "offline"),
    ):
        leases.apply([LeaseChange(user_id=bob.pk, lease=lease, state=state, lasts_s=lasts_s)])
        assert leases.statuses_of([bob.pk]).get(bob.pk, "offline") == expected, lease
