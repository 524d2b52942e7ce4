"""Clients of both doors, as short as the protocols allow: the native WebSocket, and Socket.IO in all its ways."""

import asyncio
import json
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from config.proof.links import GONE, Disconnected, Link, Refused, Take
from config.proof.web import HOST, ask

Json = dict[str, Any]
_IO = "/socket.io/?EIO=4&transport"


class NativeLink(Link):
    """`/ws/messenger/`."""

    _socket: ClientConnection | None = None

    async def open(self) -> None:
        self._socket = await _connected(f"ws://{HOST}:{self.port}/ws/messenger/?token={self.token}")
        self._reader = asyncio.create_task(self._read(self._socket))

    def break_off(self) -> None:
        super().break_off()
        if self._socket is not None:
            self._socket.transport.abort()

    async def _send(self, number: int, event: str, data: object) -> None:
        if self._socket is not None:
            await self._socket.send(json.dumps({"event": event, "data": data, "ref": str(number)}))

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for text in socket:
                frame = json.loads(text)
                if self.ended.is_set():
                    return
                if "event" in frame:
                    self.take(frame["event"], frame["data"])
                else:
                    self._answer(int(frame["ref"]), frame)
        except ConnectionClosed:
            pass
        finally:
            self._end()


class SocketIOLink(Link):
    """`/socket.io/`: the packets, whatever carries them. As it stands, a WebSocket from the start."""

    def __init__(self, port: int, token: str, take: Take) -> None:
        super().__init__(port, token, take)
        self._greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._socket: ClientConnection | None = None

    async def open(self) -> None:
        await self._carry()
        await self._put(f"40{json.dumps({'token': self.token})}")
        async with asyncio.timeout(10):
            await self._greeted

    def break_off(self) -> None:
        super().break_off()
        self._drop()

    async def _carry(self) -> None:
        self._read_from(await _connected(f"ws://{HOST}:{self.port}{_IO}=websocket"))

    def _drop(self) -> None:
        if self._socket is not None:
            self._socket.transport.abort()

    async def _put(self, packet: str) -> None:
        if self._socket is not None:
            await self._socket.send(packet)

    async def _send(self, number: int, event: str, data: object) -> None:
        await self._put(f"42{number}{json.dumps([event, data])}")

    def _read_from(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._reader = asyncio.create_task(self._read_socket(socket))

    async def _read_socket(self, socket: ClientConnection) -> None:
        try:
            async for packet in socket:
                await self._take_packet(str(packet))
        except ConnectionClosed:
            pass
        finally:
            self._end()

    async def _take_packet(self, packet: str) -> None:
        if self.ended.is_set():
            return
        match packet[:2]:
            case "2":
                await self._put("3")
            case "40":
                self._greeted.set_result(None)
            case "44":
                self._greeted.set_exception(Refused({"code": "connect_error", "message": packet}))
            case "42":
                self.take(*json.loads(packet[2:]))
            case "43":
                number, _, answer = packet[2:].partition("[")
                self._answer(int(number), json.loads(f"[{answer}")[0])
            case "41" | "1":
                self._end()

    def _end(self) -> None:
        super()._end()
        if not self._greeted.done():
            self._greeted.set_exception(Disconnected())
            self._greeted.exception()  # nobody has to ask


class PollingLink(SocketIOLink):
    """Long polling alone."""

    def __init__(self, port: int, token: str, take: Take) -> None:
        super().__init__(port, token, take)
        self._posting = asyncio.Lock()
        self._polls_no_more = False
        self._poller: asyncio.Task[None] | None = None

    async def _carry(self) -> None:
        status, body = await ask(self.port, "GET", f"{_IO}=polling")
        if status != 200:
            raise Disconnected(f"{status}: {body!r}")
        self.sid = json.loads(body[1:])["sid"]
        self._poller = asyncio.create_task(self._poll())

    def _drop(self) -> None:
        super()._drop()
        if self._poller is not None:
            self._poller.cancel()

    async def _put(self, packet: str) -> None:
        async with self._posting:
            if self._socket is not None:
                await self._socket.send(packet)
                return
            status, _ = await ask(self.port, "POST", f"{_IO}=polling&sid={self.sid}", packet.encode())
            if status != 200:
                raise Disconnected

    async def _poll(self) -> None:
        """Fetch packet after packet until the session is over, or another transport takes over."""
        try:
            while not self._polls_no_more:
                status, body = await ask(self.port, "GET", f"{_IO}=polling&sid={self.sid}")
                if status != 200:
                    self._end()
                    return
                for packet in body.decode().split("\x1e"):
                    await self._take_packet(packet)
        except GONE:
            self._end()


class UpgradingLink(PollingLink):
    """Long polling first, and over to a WebSocket while events already come."""

    async def open(self) -> None:
        await super().open()
        async with self._posting:  # what is to be sent meanwhile waits
            socket = await _connected(f"ws://{HOST}:{self.port}{_IO}=websocket&sid={self.sid}")
            await socket.send("2probe")
            if await socket.recv() != "3probe":
                raise Disconnected
            self._polls_no_more = True
            if self._poller is not None:
                await self._poller  # the server ends the open one with a noop
            await socket.send("5")
            self._read_from(socket)


DOORS: dict[str, type[Link]] = {
    "native": NativeLink,
    "websocket": SocketIOLink,
    "polling": PollingLink,
    "upgrade": UpgradingLink,
}


async def _connected(url: str) -> ClientConnection:
    # the servers' own pings and Engine.IO's are enough
    return await connect(url, proxy=None, max_size=None, ping_interval=None, close_timeout=1)
