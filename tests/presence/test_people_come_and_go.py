import asyncio
import time
from collections.abc import Callable
from functools import partial

import pytest
from django.conf import LazySettings

from messenger.models import User
from messenger.services.drafts import Draft
from messenger.services.sending import send_message
from messenger.services.sign_ins import end_sign_ins
from presence import leases
from presence.leases import LeaseChange
from presence.models import LastSeen
from presence.tasks import clear
from tests.chaos.crowd import call
from tests.native import NativeClient
from tests.rest import Rest
from tests.servers import Server
from tests.threads import in_a_thread

Socket = Callable[..., NativeClient]
TokenOf = Callable[[User], str]


@pytest.fixture
def acquainted(alice: User, bob: User, conversation_id: str) -> None:
    """Alice and bob have each written in their conversation."""
    for person in (alice, bob):
        send_message(Draft(sender_id=person.pk, conversation_id=int(conversation_id), content="Hello"))


def seen_by(viewer: User, user: User, token_of: TokenOf) -> str:
    """What the viewer is told of somebody's presence over REST."""
    rest = in_a_thread(lambda: Rest(csrf=False, token=token_of(viewer)).get(f"/api/v4/presence/{user.pk}"))
    return str(rest[1]["presence"][str(user.pk)]["status"])


async def test_who_comes_is_online_for_acquaintances(
    socket: Socket, alice: User, bob: User, acquainted: None, token_of: TokenOf
) -> None:
    async with socket(alice) as alices:
        await alices.next("presence", userId=str(alice.pk))
        async with socket(bob):
            told = await alices.next("presence", userId=str(bob.pk))
            old_name = await alices.next("presence:changed", userId=str(bob.pk))
            shown = seen_by(alice, bob, token_of)

    assert (told["status"], told["state"], shown) == ("online", "online", "online")
    assert old_name == told


async def test_a_stranger_sees_everybody_offline(
    socket: Socket, bob: User, mallory: User, acquainted: None, token_of: TokenOf
) -> None:
    async with socket(mallory) as mallorys, socket(bob) as bobs:
        await bobs.next("presence", userId=str(bob.pk))

        assert seen_by(mallory, bob, token_of) == "offline"
        assert [data for data in mallorys.taken("presence") if data["userId"] == str(bob.pk)] == []


async def test_a_closed_connection_is_offline_after_its_grace(
    socket: Socket, alice: User, bob: User, acquainted: None
) -> None:
    async with socket(alice) as alices:
        async with socket(bob):
            await alices.next("presence", userId=str(bob.pk), status="online")
        began = time.monotonic()
        await alices.next("presence", userId=str(bob.pk), status="offline")

    assert 0.9 < time.monotonic() - began < 4


async def test_a_reload_is_not_told(socket: Socket, alice: User, bob: User, acquainted: None) -> None:
    async with socket(alice) as alices:
        async with socket(bob):
            await alices.next("presence", userId=str(bob.pk))
        async with socket(bob) as again:
            await again.next("hello")
            for _ in range(2):
                await again.call("presence", {})

            assert [data for data in alices.taken("presence") if data["userId"] == str(bob.pk)] == []


async def test_two_devices_count_as_one_person(socket: Socket, alice: User, bob: User, acquainted: None) -> None:
    async with socket(alice) as alices, socket(bob) as phone, socket(bob) as laptop:
        await alices.next("presence", userId=str(bob.pk), status="online")
        await phone.call("presence", {"status": "away"})
        await laptop.call("presence", {"status": "away"})
        told = await alices.next("presence", userId=str(bob.pk))

        assert told["status"] == "away"
        await phone.call("presence", {"status": "online"})
        assert (await alices.next("presence", userId=str(bob.pk)))["status"] == "online"


async def test_without_a_sign_of_life_the_lease_runs_out(
    socket: Socket, alice: User, bob: User, acquainted: None
) -> None:
    async with socket(alice) as alices, socket(bob):
        await alices.next("presence", userId=str(bob.pk), status="online")
        began = time.monotonic()
        await alices.next("presence", userId=str(bob.pk), status="offline", within=8)

    assert time.monotonic() - began < 6


async def test_the_leases_of_a_killed_process_run_out(
    socket: Socket, server: Server, alice: User, bob: User, acquainted: None, token_of: TokenOf
) -> None:
    async with socket(bob) as bobs:
        await bobs.next("presence", userId=str(bob.pk))
        server.kill()
        server.start()

    async with asyncio.timeout(20):
        while seen_by(alice, bob, token_of) != "offline":
            await asyncio.sleep(0.2)


async def test_signing_out_is_offline_at_once(socket: Socket, alice: User, bob: User, acquainted: None) -> None:
    async with socket(alice) as alices, socket(bob) as bobs:
        await alices.next("presence", userId=str(bob.pk), status="online")
        began = time.monotonic()
        in_a_thread(lambda: end_sign_ins(user=bob, reason="signed_out"))
        await alices.next("presence", userId=str(bob.pk), status="offline")

        assert time.monotonic() - began < 2
        assert await bobs.closed() == 4001


async def test_who_is_invisible_or_hidden_is_offline_to_others(
    socket: Socket, alice: User, bob: User, acquainted: None, token_of: TokenOf
) -> None:
    def put(status: str) -> int:
        return Rest(csrf=False, token=token_of(bob)).call("PUT", "/api/v4/presence", {"status": status})[0]

    async with socket(alice) as alices, socket(bob):
        await alices.next("presence", userId=str(bob.pk), status="online")
        assert in_a_thread(lambda: put("invisible")) == 200
        told = await alices.next("presence", userId=str(bob.pk))

        assert (told["status"], seen_by(alice, bob, token_of)) == ("offline", "offline")
        assert in_a_thread(lambda: put("online")) == 200
        assert (await alices.next("presence", userId=str(bob.pk)))["status"] == "online"


async def test_who_hides_goes_for_others_and_comes_and_goes_unseen(
    socket: Socket, alice: User, bob: User, acquainted: None, token_of: TokenOf
) -> None:
    rest = in_a_thread(lambda: Rest(csrf=False, token=token_of(bob)))

    def show(is_visible: bool) -> int:
        return rest.call("PATCH", "/api/v4/auth/me", {"presenceVisible": is_visible})[0]

    async with socket(alice) as alices, socket(bob) as bobs:
        await alices.next("presence", userId=str(bob.pk), status="online")
        assert in_a_thread(lambda: show(False)) == 200
        await alices.next("presence", userId=str(bob.pk), status="offline")
        assert seen_by(alice, bob, token_of) == "offline"

        await bobs.call("presence", {"status": "away"})
        await bobs.next("presence", userId=str(bob.pk), status="away")
        assert [data for data in alices.taken("presence") if data["userId"] == str(bob.pk)] == []

        assert in_a_thread(lambda: show(True)) == 200
        await alices.next("presence", userId=str(bob.pk), status="away")


async def test_a_block_is_seen_by_both_and_its_end_too(
    socket: Socket, alice: User, bob: User, mallory: User, acquainted: None, token_of: TokenOf
) -> None:
    rest = in_a_thread(lambda: Rest(csrf=False, token=token_of(alice)))
    async with socket(alice) as alices, socket(bob) as bobs, socket(mallory) as mallorys:
        await alices.next("presence", userId=str(bob.pk), status="online")
        await bobs.next("presence", userId=str(alice.pk), status="online")
        for other in (bob.pk, mallory.pk):
            in_a_thread(partial(rest.post, "/api/v4/messenger/blocks", {"userId": other}))
        await alices.next("presence", userId=str(bob.pk), status="offline")
        await bobs.next("presence", userId=str(alice.pk), status="offline")
        assert (seen_by(alice, bob, token_of), seen_by(bob, alice, token_of)) == ("offline", "offline")

        assert in_a_thread(lambda: rest.delete(f"/api/v4/messenger/blocks/{bob.pk}"))[0] in (200, 204)
        await alices.next("presence", userId=str(bob.pk), status="online")
        await bobs.next("presence", userId=str(alice.pk), status="online")
        # who shares nothing with her does not learn of it
        assert [data for data in mallorys.taken("presence") if data["userId"] != str(mallory.pk)] == []


async def test_a_sync_is_a_sign_of_life_and_ends_with_its_sign_in(
    server: Server, socket: Socket, alice: User, bob: User, acquainted: None, token_of: TokenOf
) -> None:
    bobs_token = in_a_thread(lambda: token_of(bob))

    async def ask(method: str, path: str, body: dict[str, object]) -> int:
        return (await asyncio.to_thread(call, server, bobs_token, method, path, body))[0]

    async with socket(alice) as alices:
        assert await ask("POST", "/api/v4/messenger/sync", {}) == 200
        await alices.next("presence", userId=str(bob.pk), status="online")
        assert await ask("PUT", "/api/v4/presence", {"status": "online"}) == 200
        assert await ask("POST", "/api/v4/messenger/sync", {}) == 200

        began = time.monotonic()
        assert await ask("POST", "/api/v4/auth/logout", {}) == 200
        await alices.next("presence", userId=str(bob.pk), status="offline")

        assert time.monotonic() - began < 2  # the leases alone would last three


def test_the_task_clears_what_no_hub_holds(db: None, settings: LazySettings, bob: User) -> None:
    settings.REDIS_URL = "memory"
    clear()  # what tests before have left
    leases.apply([LeaseChange(user_id=bob.pk, lease="gone", state="online", lasts_s=0.05)])
    time.sleep(0.1)

    assert (clear(), clear()) == (1, 0)
    assert leases.statuses_of([bob.pk]) == {}
    assert LastSeen.objects.filter(user=bob).exists()
