"""One program of one person: a connection that comes back whenever it ends, and a copy kept by the contract's rules."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from config.proof.doors import DOORS
from config.proof.honest_client import HonestClient
from config.proof.links import GONE, Disconnected, Link, Refused
from config.proof.web import ask_json

Json = dict[str, Any]
HOLES_WAIT_S = 0.5
RETRY_EVERY_S = 0.05
_LOOK_EVERY_S = 0.02
_REMEMBERED = 12


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, signed in."""

    name: str
    user_id: int
    token: str


@dataclass(slots=True)
class Health:
    """What befell a copy: how long each hole took to heal from when it was seen, and what only a heartbeat showed."""

    healed_after_s: list[float] = field(default_factory=list)
    shown_by_heartbeats: int = 0
    connections: int = 0


class Device:
    """`stay` keeps it connected, `keep_whole` heals what events alone cannot; both run until they are cancelled."""

    def __init__(self, person: Person, door: str, ports: Sequence[int], chance: Random, *, patience_s: float) -> None:
        self.person, self.door, self.ports, self.chance = person, door, ports, chance
        self.name = f"{person.name} ({door})"
        self.copy = HonestClient(person.user_id)
        self.health = Health()
        self.ready = asyncio.Event()
        self.heard: list[tuple[str, str]] = []
        self._patience_s = patience_s
        self._link: Link | None = None
        self._syncing = asyncio.Lock()
        self._seen_since: dict[str, float] = {}

    async def stay(self) -> None:
        """Connect, sync once, listen; and again whenever the connection ends."""
        while True:
            link = DOORS[self.door](self.chance.choice(self.ports), self.person.token, self._take)
            try:
                await link.open()
                self._link = link
                await self._sync(None)
                self.health.connections += 1
                self._remember("", f"connected to {link.port} and synced")
                self.ready.set()
                await link.ended.wait()
            except (*GONE, TimeoutError):
                await asyncio.sleep(RETRY_EVERY_S)
            finally:
                self._remember("", "disconnected")
                self.ready.clear()
                self._link = None
                link.break_off()

    async def keep_whole(self) -> None:
        """Sync a conversation alone once an event in it has waited 500 ms for those before it, or cannot be applied."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            now = loop.time()
            self._seen_since = {key: self._seen_since.get(key, now) for key in self.copy.gaps()}
            due = {key for key, since in self._seen_since.items() if now - since >= self._patience_s}
            wanted = due | self.copy.stale
            if not wanted or not self.ready.is_set():
                continue
            try:
                await self._sync(wanted)
            except GONE:
                continue
            for key in due - self.copy.gaps():
                self.health.healed_after_s.append(loop.time() - self._seen_since[key])

    async def call(self, event: str, data: object = None) -> Json:
        """Send an event on the open connection.

        :raises Disconnected: there is none, or it ended before the answer.
        """
        if self._link is None:
            raise Disconnected
        return await self._link.call(event, data)

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Json]:
        """The same person's request over REST, to any of the servers."""
        return await ask_json(self.chance.choice(self.ports), method, path, body, token=self.person.token)

    async def beat(self) -> set[str]:
        """Send a heartbeat; the conversations of which its answer shows newer numbers."""
        answer = await self.call("presence", {"status": "online"})
        return self.copy.behind(answer["positions"])

    def break_off(self) -> None:
        """Lose the connection."""
        self.ready.clear()
        if self._link is not None:
            self._link.break_off()

    def is_whole(self) -> bool:
        """True where the copy waits for nothing."""
        return self.ready.is_set() and not (self.copy.gaps() or self.copy.stale or self._syncing.locked())

    async def settle(self, *, heals: bool, within_s: float = 20.0) -> set[str]:
        """Beat until nothing newer shows; with `heals`, sync what is. What is behind to the end is given back."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within_s
        behind: set[str] = set()
        while loop.time() < until:
            try:
                await asyncio.wait_for(self.ready.wait(), until - loop.time())
                behind = await self.beat()
            except (*GONE, TimeoutError):
                await asyncio.sleep(RETRY_EVERY_S)
                continue
            if not behind and self.is_whole():
                return set()
            if heals:
                self.health.shown_by_heartbeats += len(behind)
                self.copy.stale |= behind
            while not self.is_whole() and loop.time() < until:
                await asyncio.sleep(_LOOK_EVERY_S)
        return behind | self.copy.gaps() | self.copy.stale

    def heard_of(self, key: str) -> list[str]:
        """What last happened to the copy of one conversation, for who looks for a defect."""
        return [line for about, line in self.heard if about in (key, "")][-_REMEMBERED:]

    def _take(self, name: str, data: Json) -> None:
        number = f"version {data['version']}" if "version" in data else f"privateVersion {data.get('privateVersion')}"
        self._remember(str(data.get("conversationId", "")), f"{name} {number}")
        self.copy.take(name, data)

    def _remember(self, key: str, line: str) -> None:
        self.heard.append((key, f"{asyncio.get_running_loop().time():.3f} {line}"))

    async def _sync(self, only: set[str] | None) -> None:
        async with self._syncing:
            steps = self.copy.catch_up(only, limit=self.chance.choice((None, None, 3, 20)))
            request = next(steps)
            while True:
                answer = await self._insist("sync", request)
                try:
                    self._note_positions(answer["positions"], only)
                    request = steps.send(answer)
                except StopIteration:
                    return

    def _note_positions(self, positions: Json, only: set[str] | None) -> None:
        for key, numbers in positions.items():
            self._remember(key, f"sync of {'all' if only is None else 'this'}: {numbers}")

    async def _insist(self, event: str, data: Json) -> Json:
        while True:
            try:
                return await self.call(event, data)
            except Refused as refused:
                if refused.code != "unavailable":
                    raise
                await asyncio.sleep(RETRY_EVERY_S)
