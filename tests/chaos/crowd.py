"""People whose programs talk without a pause, whatever becomes of the server: sockets that reconnect, send again what
was not acknowledged, and sync; and REST clients that repeat a request until it is answered."""

import asyncio
import http.client
import json
import time
from random import Random
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from config.proof.fresh_loads import fresh_load
from config.proof.honest_client import HonestClient
from tests.native import Disconnected, NativeClient, Refused
from tests.servers import Server

Json = dict[str, Any]
RETRY_EVERY_S = 0.05
GONE = (Disconnected, ConnectionClosed, InvalidHandshake, OSError, TimeoutError)


class Talker:
    """One person on the native socket: a copy kept honestly, and a ledger of what was acknowledged, by nonce."""

    def __init__(self, server: Server, user_id: int, token: str, places: list[str], chance: Random) -> None:
        self.server, self.token, self.places, self.chance = server, token, places, chance
        self.user_id = user_id
        self.copy = HonestClient(user_id)
        self.acknowledged: dict[str, Json] = {}
        self.open: dict[str, Json] = {}
        self.reconnections = 0
        self.refusals = 0
        self._numbers = 0

    async def run(self, until: asyncio.Event) -> None:
        """Talk until told to stop; then until everything is acknowledged and the copy is whole."""
        while True:
            try:
                async with NativeClient(self.server.socket_url, token=self.token, on_event=self.copy.take) as client:
                    await self._live(client, until)
                    return
            except GONE:
                self.reconnections += 1
                await asyncio.sleep(RETRY_EVERY_S)

    async def _live(self, client: NativeClient, until: asyncio.Event) -> None:
        await self._sync(client)
        await asyncio.gather(*[self._send(client, nonce) for nonce in list(self.open)])
        while not until.is_set():
            await self._do_something(client)
            wanted = self.copy.stale | self.copy.gaps()
            if wanted:
                await self._sync(client, wanted)
        await asyncio.sleep(1.5)  # what the others still did arrives
        await self._sync(client)
        while self.copy.stale or self.copy.gaps():
            await self._sync(client, self.copy.stale | self.copy.gaps())

    async def _sync(self, client: NativeClient, only: set[str] | None = None) -> None:
        steps = self.copy.catch_up(only)
        request = next(steps)
        while True:
            answer = await self._insist(client, "sync", request)
            try:
                request = steps.send(answer)
            except StopIteration:
                return

    async def _do_something(self, client: NativeClient) -> None:
        place = self.chance.choice(self.places)
        rows = list(self.copy.copies[place].messages.rows.values())[-8:] if place in self.copy.copies else []
        draw = self.chance.random()
        if draw < 0.6 or not rows:
            burst = [self._note(place) for _ in range(self.chance.randint(1, 4))]
            await asyncio.gather(*[self._send(client, nonce) for nonce in burst])
        elif draw < 0.7:
            await self._try(client, "read", {"conversationId": place})
        elif draw < 0.8:
            await self._try(client, "react", {"messageId": self.chance.choice(rows)["id"], "emoji": "👍"})
        elif draw < 0.9:
            await self._try(client, "edit", {"messageId": self.chance.choice(rows)["id"], "content": f"{draw}"})
        else:
            await self._try(client, "delete", {"messageId": self.chance.choice(rows)["id"]})
        await asyncio.sleep(0.02)

    def _note(self, place: str) -> str:
        self._numbers += 1
        nonce = f"{self.user_id}-{self._numbers}"
        self.open[nonce] = {"conversationId": place, "content": f"Message {nonce}", "clientNonce": nonce}
        return nonce

    async def _send(self, client: NativeClient, nonce: str) -> None:
        answer = await self._insist(client, "send", self.open[nonce])
        self.acknowledged[nonce] = answer["message"]
        del self.open[nonce]

    async def _insist(self, client: NativeClient, event: str, data: Json) -> Json:
        """Ask again for as long as the server says that it is for the moment unable."""
        while True:
            try:
                return await client.call(event, data)
            except Refused as refused:
                if refused.code != "unavailable":
                    raise
                self.refusals += 1
                await asyncio.sleep(RETRY_EVERY_S)

    async def _try(self, client: NativeClient, event: str, data: Json) -> None:
        try:
            await client.call(event, data)
        except Refused as refused:
            if refused.code not in ("not_allowed", "not_found", "unavailable"):
                raise


class Poster:
    """A program on REST, in a thread of its own."""

    def __init__(self, server: Server, user_id: int, token: str, places: list[str], chance: Random) -> None:
        self.server, self.token, self.places, self.chance = server, token, places, chance
        self.user_id = user_id
        self.acknowledged: dict[str, Json] = {}
        self.repeats_found = 0

    def run(self, until: asyncio.Event) -> None:
        number = 0
        while not until.is_set():
            number += 1
            nonce, place = f"rest-{self.user_id}-{number}", self.chance.choice(self.places)
            path = f"/api/v4/messenger/conversations/{place}/messages"
            self.acknowledged[nonce] = self._insist(path, {"content": f"Message {nonce}", "clientNonce": nonce})
            time.sleep(0.01)

    def _insist(self, path: str, body: Json) -> Json:
        """The message, once the server has answered; the same request goes out until it does."""
        while True:
            try:
                status, answer = call(self.server, self.token, "POST", path, body)
            except (OSError, http.client.HTTPException):
                time.sleep(RETRY_EVERY_S)
                continue
            if status in (200, 201):
                self.repeats_found += status == 200
                return dict(answer["message"])
            assert status == 503, answer


def call(server: Server, token: str, method: str, path: str, body: Json | None = None) -> tuple[int, Json]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def loaded_afresh(server: Server, token: str) -> Json:
    """What somebody's fresh page would show."""

    def get(path: str) -> Json:
        status, answer = call(server, token, "GET", path)
        assert status == 200, answer
        return answer

    return fresh_load(get)
