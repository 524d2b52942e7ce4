"""One run: four people on six devices, some trouble, and at the end every copy beside a fresh load."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from config.proof import faults
from config.proof.deeds import CONVERSATIONS, Hands, M
from config.proof.devices import HOLES_WAIT_S, Device
from config.proof.faults import LATE_BY_S, BusFaults
from config.proof.fresh_loads import fresh_load
from config.proof.stage import Stage

Json = dict[str, Any]

# by the last digit of the seed: what happens besides deeds and lost connections
KINDS = ("restored", "calm", "lossy", "killed", "calm", "lossy", "calm", "killed", "lossy", "without-valkey")
DEVICES = (
    ("alice", "native"), ("alice", "upgrade"), ("bob", "polling"),
    ("carol", "websocket"), ("mallory", "native"), ("mallory", "websocket"),
)  # fmt: skip
DEEDS = 12
BREAKS = 5
_NEVER_S = 1e9
_CALM_WITHIN_S = 5.0


@dataclass(slots=True)
class Outcome:
    """What a run did and found."""

    seed: int
    kind: str
    differences: list[str] = field(default_factory=list)
    histories: dict[str, list[str]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    healed_after_s: list[float] = field(default_factory=list)
    shown_by_heartbeats: int = 0
    connections: int = 0


class Run:
    """A run on a stage. Its nature follows from the seed; what crosses what is the processes' own affair."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.seed, self.kind = stage, seed, KINDS[seed % 10]
        self.chance = Random(seed)
        self.is_calm = self.kind == "calm"
        people = {person.name: person for person in stage.people}
        patience = _NEVER_S if self.is_calm else HOLES_WAIT_S
        self.devices = [
            Device(people[name], door, stage.ports, Random(f"{seed} device {n}"), patience_s=patience)
            for n, (name, door) in enumerate(DEVICES)
        ]
        self.hands = [Hands(device, stage.people, Random(f"{seed} hands {n}")) for n, device in enumerate(self.devices)]
        self._begun = 0
        self._outcome = Outcome(seed, self.kind)

    async def play(self) -> Outcome:
        """Do it all; the outcome names every difference."""
        await self._clear()
        keepers = [
            asyncio.create_task(work) for device in self.devices for work in (device.stay(), device.keep_whole())
        ]
        try:
            async with asyncio.timeout(300):
                await asyncio.gather(*[device.ready.wait() for device in self.devices])
                await self._live()
                await self._compare_as_they_are()
                await self._compare_after_reconnecting()
        finally:
            for task in keepers:
                task.cancel()
            ends = await asyncio.gather(*keepers, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end
        self._sum_up()
        return self._outcome

    async def _clear(self) -> None:
        """Hide what earlier runs left, then open a pair's conversation and everybody's group."""
        self._order(BusFaults(seed=self.seed))
        await asyncio.gather(*[self._hide_all(device) for device in self.devices[::2]])
        first, *others = [str(person.user_id) for person in self.stage.people]
        for ids in ([others[0]], others):
            status, answer = await self.devices[0].ask("POST", CONVERSATIONS, {"participantIds": ids})
            if status >= 300:
                raise AssertionError(f"{first} could not open a conversation: {answer}")
        if not self.is_calm:
            self._order(BusFaults(seed=self.seed, lost=0.25, doubled=0.15, late=0.25))

    async def _hide_all(self, device: Device) -> None:
        for query in ("archived=false", "archived=true"):
            while True:
                _, answer = await device.ask("GET", f"{CONVERSATIONS}?{query}&limit=100")
                await asyncio.gather(
                    *[device.ask("DELETE", f"{CONVERSATIONS}/{item['id']}") for item in answer["conversations"]]
                )
                if not answer["conversations"]:
                    break

    async def _live(self) -> None:
        """Let everybody do things while there is trouble."""
        work = [asyncio.create_task(hands.work(DEEDS, self._note)) for hands in self.hands]
        trouble = [asyncio.create_task(self._break_off()), asyncio.create_task(self._trouble())]
        await asyncio.gather(*work, *trouble)

    def _note(self) -> None:
        self._begun += 1

    async def _reach(self, share: float) -> None:
        """Wait until so much of the day has begun."""
        while self._begun < share * DEEDS * len(self.hands):
            await asyncio.sleep(0.01)

    async def _break_off(self) -> None:
        for share in sorted(self.chance.uniform(0, 0.95) for _ in range(BREAKS)):
            await self._reach(share)
            self.chance.choice(self.devices).break_off()

    async def _trouble(self) -> None:
        chance = Random(f"{self.seed} trouble")
        early, late = chance.uniform(0.1, 0.4), chance.uniform(0.5, 0.8)
        if self.kind == "killed":
            await self._reach(early)
            await self.stage.kill_and_start(chance.choice(self.stage.servers))
        elif self.kind == "without-valkey":
            await self._reach(early)
            await self.stage.lose_valkey(chance.uniform(0, 1))
        elif self.kind == "restored":
            await self._reach(early)
            backup = await self.stage.back_up()
            await self._reach(late)
            await self.stage.restore(backup)

    async def _compare_as_they_are(self) -> None:
        """Compare those who stay connected: events, holes and heartbeats alone must have kept them whole."""
        await asyncio.sleep(LATE_BY_S[1] + 0.1)
        within_s = _CALM_WITHIN_S if self.is_calm else 20.0
        behind = await asyncio.gather(
            *[device.settle(heals=not self.is_calm, within_s=within_s) for device in self.devices]
        )
        for device, keys in zip(self.devices, behind, strict=True):
            self._say(device, [f"{key}: was never told the newest numbers" for key in sorted(keys)])
        await self._compare(self._loss_of_a_removal)

    async def _compare_after_reconnecting(self) -> None:
        """Compare once more after one sync of everything."""
        for device in self.devices:
            device.break_off()
        await asyncio.sleep(0)
        await asyncio.gather(*[device.ready.wait() for device in self.devices])
        await self._compare(lambda _device, _fresh: set())
        for device in self.devices:
            _, answer = await device.ask("GET", f"{M}/unread")
            if device.copy.unread_count != answer["unreadCount"]:
                self._say(device, [f"unreadCount: {device.copy.unread_count}, not {answer['unreadCount']}"])

    def _loss_of_a_removal(self, device: Device, fresh: Json) -> set[str]:
        """What a client cannot know before its next sync: that it is out, where the bus lost that event."""
        return set() if self.is_calm else device.copy.copies.keys() - fresh.keys()

    async def _compare(self, excused: Callable[[Device, Json], set[str]]) -> None:
        loads = await asyncio.gather(*[self._loaded_afresh(device) for device in self.devices])
        for device, hands, fresh in zip(self.devices, self.hands, loads, strict=True):
            if self.kind != "restored":  # a backup knows nothing of what came after it
                self._say(device, hands.misses(fresh))
            view = device.copy.without(excused(device, fresh))
            self._say(device, view.differs_from(fresh))

    async def _loaded_afresh(self, device: Device) -> Json:
        loop = asyncio.get_running_loop()

        def get(path: str) -> Json:
            status, answer = asyncio.run_coroutine_threadsafe(device.ask("GET", path), loop).result()
            if status != 200:
                raise AssertionError(f"GET {path} was answered {status}: {answer}")
            return answer

        return await asyncio.to_thread(fresh_load, get)

    def _say(self, device: Device, found: list[str]) -> None:
        self._outcome.differences += [f"{device.name}: {line}" for line in found]
        for key in sorted({re.split(r"\W", line)[0] for line in found}):
            self._outcome.histories[f"{device.name}, conversation {key}"] = device.heard_of(key)

    def _order(self, wanted: BusFaults) -> None:
        faults.order(self.stage.state, wanted)

    def _sum_up(self) -> None:
        for hands in self.hands:
            self._outcome.done.update(hands.done)
        for device in self.devices:
            self._outcome.healed_after_s += device.health.healed_after_s
            self._outcome.shown_by_heartbeats += device.health.shown_by_heartbeats
            self._outcome.connections += device.health.connections
