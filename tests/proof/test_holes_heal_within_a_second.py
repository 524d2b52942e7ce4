import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest

from config.proof import faults
from config.proof.deeds import CONVERSATIONS
from config.proof.devices import HOLES_WAIT_S, Device
from config.proof.faults import BusFaults
from config.proof.stage import Stage

Json = dict[str, Any]
HEALED_WITHIN_S = 1.0


class Watched(Device):
    """Remembers what it asked for by sync."""

    asked: list[set[str] | None]

    async def _sync(self, only: set[str] | None) -> None:
        self.asked.append(only)
        await super()._sync(only)


@asynccontextmanager
async def pair(stage: Stage) -> AsyncIterator[tuple[Device, Watched, str]]:
    """Alice at one server, bob at the other, both whole, and their conversation."""
    await stage.sign_in()
    faults.order(stage.state, BusFaults(seed=1))
    alice, bob, *_ = stage.people
    alices = Device(alice, "native", stage.ports[:1], Random(1), patience_s=HOLES_WAIT_S)
    bobs = Watched(bob, "websocket", stage.ports[1:], Random(2), patience_s=HOLES_WAIT_S)
    bobs.asked = []
    _, answer = await alices.ask("POST", CONVERSATIONS, {"participantIds": [bob.user_id], "message": "Hello"})
    work = [asyncio.create_task(work) for device in (alices, bobs) for work in (device.stay(), device.keep_whole())]
    try:
        await asyncio.gather(alices.ready.wait(), bobs.ready.wait())
        bobs.asked.clear()
        yield alices, bobs, answer["conversation"]["id"]
    finally:
        faults.order(stage.state, BusFaults(seed=1))
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)


async def say(device: Device, place: str, content: str) -> int:
    """Send; the message's number."""
    answer = await device.call("send", {"conversationId": place, "content": content})
    return int(answer["message"]["seq"])


async def until_held(device: Device, place: str, seq: int) -> None:
    async with asyncio.timeout(10):
        while seq not in device.copy.copies[place].messages.rows:
            await asyncio.sleep(0.01)


@pytest.mark.slow
async def test_a_hole_heals_within_a_second_by_syncing_that_conversation_only(stage: Stage) -> None:
    async with pair(stage) as (alices, bobs, place):
        faults.order(stage.state, BusFaults(seed=1, lost=1))
        lost = await say(alices, place, "This is lost on its way")
        await asyncio.sleep(0.3)
        faults.order(stage.state, BusFaults(seed=2))
        seen = await say(alices, place, "This is not")
        await until_held(bobs, place, seen)

        assert lost in bobs.copy.copies[place].messages.rows
        assert bobs.asked == [{place}]
        assert HOLES_WAIT_S <= bobs.health.healed_after_s[0] < HEALED_WITHIN_S


@pytest.mark.slow
async def test_a_lost_last_event_shows_in_the_next_heartbeat(stage: Stage) -> None:
    async with pair(stage) as (alices, bobs, place):
        faults.order(stage.state, BusFaults(seed=1, lost=1))
        lost = await say(alices, place, "The last words")
        await asyncio.sleep(HOLES_WAIT_S + 0.3)
        assert (lost in bobs.copy.copies[place].messages.rows, bobs.asked) == (False, [])

        assert await bobs.settle(heals=True) == set()

        assert lost in bobs.copy.copies[place].messages.rows
        assert (bobs.asked, bobs.health.shown_by_heartbeats) == ([{place}], 1)
