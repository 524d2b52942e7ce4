"""Engine.IO clients that may break every rule: bare requests and bare frames."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

SEPARATOR = "\x1e"
Body = bytes | str | AsyncIterator[bytes]


@dataclass(frozen=True)
class Endpoint:
    """An Engine.IO endpoint of a server on this machine."""

    port: int
    path: str

    def url(self, scheme: str = "http", **query: str) -> str:
        """The address with this query, and nothing added to it."""
        return str(httpx.URL(f"{scheme}://127.0.0.1:{self.port}{self.path}", params=query))

    async def ask(self, method: str = "GET", *, body: Body = b"", headers: Any = None, **query: str) -> Any:
        """One HTTP request."""
        async with httpx.AsyncClient(timeout=15, verify=False) as client:
            return await client.request(method, self.url(**query), content=body, headers=headers or {})

    async def open_polling(self, **query: str) -> "Polling":
        """A session over long polling."""
        answer = await self.ask(EIO="4", transport="polling", **query)
        assert answer.status_code == 200, answer.text
        return Polling(self, json.loads(answer.text[1:]))

    @asynccontextmanager
    async def socket(self, *, headers: Any = None, **query: str) -> "AsyncIterator[Socket]":
        """A WebSocket with this query, and EIO and transport unless they are given."""
        wanted = {"EIO": "4", "transport": "websocket", **query}
        address = self.url("ws", **{key: value for key, value in wanted.items() if value})
        async with connect(address, additional_headers=headers, max_size=None, proxy=None, compression=None) as raw:
            yield Socket(raw)

    async def status_of_socket(self, **query: str) -> int:
        """How a WebSocket handshake is refused."""
        try:
            async with self.socket(**query):
                return 101
        except InvalidStatus as error:
            return error.response.status_code


@dataclass
class Polling:
    """One session over long polling."""

    endpoint: Endpoint
    handshake: dict[str, Any]

    @property
    def sid(self) -> str:
        return str(self.handshake["sid"])

    async def ask(self, method: str, *, body: Body = b"", headers: Any = None) -> Any:
        """A request of this session."""
        return await self.endpoint.ask(method, body=body, headers=headers, EIO="4", transport="polling", sid=self.sid)

    async def poll(self) -> tuple[int, str]:
        """GET: status and payload."""
        answer = await self.ask("GET")
        return answer.status_code, answer.text

    async def post(self, *packets: str) -> tuple[int, str]:
        """POST of these packets: status and answer."""
        answer = await self.ask("POST", body=SEPARATOR.join(packets))
        return answer.status_code, answer.text

    async def packets(self, *, but: str = "2") -> list[str]:
        """The packets of the next payload that has others than pings, each of which is answered."""
        while True:
            status, text = await self.poll()
            assert status == 200, text
            found = text.split(SEPARATOR)
            if but in found:
                await self.post("3")
            rest = [packet for packet in found if packet != but]
            if rest:
                return rest

    def upgrade(self) -> Any:
        """A WebSocket for this session."""
        return self.endpoint.socket(sid=self.sid)

    async def is_over(self) -> bool:
        """True where the session is unknown."""
        status, text = await self.poll()
        return (status, text) == (400, '{"code":1,"message":"Session ID unknown"}')


@dataclass
class Socket:
    """One WebSocket."""

    raw: ClientConnection

    async def send(self, *packets: str | bytes) -> None:
        for packet in packets:
            await self.raw.send(packet)

    async def next(self, *, within: float = 5.0) -> str | bytes:
        """The next packet, whichever it is."""
        async with asyncio.timeout(within):
            return await self.raw.recv()

    async def take(self, *, within: float = 5.0) -> str | bytes:
        """The next packet that is no ping; pings are answered."""
        while (packet := await self.next(within=within)) == "2":
            await self.send("3")
        return packet

    async def take_forever(self) -> None:
        """Take packets and answer pings until the connection ends."""
        while True:
            await self.take()

    async def handshake(self) -> dict[str, Any]:
        """The open packet's data."""
        packet = await self.next()
        assert isinstance(packet, str)
        assert packet[0] == "0"
        told: dict[str, Any] = json.loads(packet[1:])
        return told

    async def closed(self, *, within: float = 5.0) -> int | None:
        """Wait for the server to close, whatever it sends before; the close code."""
        try:
            async with asyncio.timeout(within):
                while True:
                    await self.raw.recv()
        except ConnectionClosed:
            return self.raw.close_code

    async def join(self, namespace: str = "") -> None:
        """Take the open packet and connect to a namespace of the conformance profile."""
        if not namespace:
            await self.handshake()
        await self.send(f"40{namespace}")
        await self.take()
        await self.take()
