import asyncio
import time
from collections.abc import Callable

import pytest

from messenger.models import Block, User
from messenger.services.drafts import Draft
from messenger.services.sending import send_message
from messenger.services.sign_ins import end_sign_ins
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
        in_a_thread(lambda: User.objects.filter(pk=bob.pk).update(presence_visible=False))
        assert seen_by(alice, bob, token_of) == "offline"


async def test_a_block_hides_both(socket: Socket, alice: User, bob: User, acquainted: None, token_of: TokenOf) -> None:
    in_a_thread(lambda: Block.objects.create(blocker=alice, blocked=bob))

    async with socket(alice), socket(bob) as bobs:
        await bobs.next("presence", userId=str(bob.pk))

        assert (seen_by(alice, bob, token_of), seen_by(bob, alice, token_of)) == ("offline", "offline")
