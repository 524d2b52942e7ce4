"""The sockets: each signed in as one person, handing what arrives to the load that runs."""

import asyncio
from collections import Counter
from typing import Final, Protocol

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from bench.generator.plan import Plan
from bench.generator.protocols import Arrival, Body, Payload, Refusal, Wire

_SOCKETS_PER_ADDRESS: Final = 20
_SIGNED_IN_WITHIN_S: Final = 60.0


class Load(Protocol):
    """What wants to know what arrives."""

    def answered(self, *, key: int, data: Body | None, refusal: Refusal | None) -> None:
        """A server answered the request of `key`."""

    def received(self, *, socket: int, event: str, data: Body) -> None:
        """An event arrived at `socket`."""


class Client(WSListener):
    """One socket."""

    def __init__(self, *, number: int, token: str, wire: Wire, fleet: "Fleet") -> None:
        self.number = number
        self.signed_in: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._token = token
        self._wire = wire
        self._fleet = fleet
        self._transport: WSTransport | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Say the wire's opening, where it has one."""
        self._transport = transport
        opening = self._wire.opening(token=self._token)
        if opening is not None:
            transport.send(WSMsgType.TEXT, opening)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take a frame in and pass it on."""
        if frame.msg_type == WSMsgType.CLOSE:
            self._fleet.closes[str(frame.get_close_code())] += 1
            transport.disconnect()
            return
        payload = frame.get_payload_as_memoryview()
        reply = self._wire.reply(payload)
        if reply is not None:
            transport.send(WSMsgType.TEXT, reply)
            return
        self._take(self._wire.read(payload))

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Tell who waits for the sign-in that there will be none."""
        if not self.signed_in.done():
            self.signed_in.set_exception(ConnectionError("closed before it was signed in"))
        if not self._fleet.closing:
            self._fleet.lost += 1

    def request(self, *, key: int, event: str, data: Payload) -> None:
        """Ask the server for something."""
        if self._transport is not None:
            self._transport.send(WSMsgType.TEXT, self._wire.request(key=key, event=event, data=data))

    def close(self) -> None:
        """Go, without waiting."""
        if self._transport is not None:
            self._transport.disconnect(graceful=False)

    def _take(self, arrival: Arrival) -> None:
        if arrival.ref is not None:
            self._fleet.load_answered(arrival)
        elif arrival.event == "hello" and not self.signed_in.done():
            self.signed_in.set_result(None)
        elif arrival.event is not None and arrival.data is not None:
            self._fleet.load_received(self.number, arrival.event, arrival.data)


class Fleet:
    """All sockets of a plan."""

    def __init__(self, *, plan: Plan, wire: Wire) -> None:
        self.clients: list[Client] = []
        self.closes: Counter[str] = Counter()
        self.lost = 0
        self.closing = False
        self._plan = plan
        self._wire = wire
        self._load: Load | None = None

    def load_answered(self, arrival: Arrival) -> None:
        """Pass an answer on."""
        if self._load is not None and arrival.ref is not None and arrival.ref.isdigit():
            refusal = None if arrival.ok else arrival.error or Refusal()
            self._load.answered(key=int(arrival.ref), data=arrival.data, refusal=refusal)

    def load_received(self, socket: int, event: str, data: Body) -> None:
        """Pass an event on."""
        if self._load is not None:
            self._load.received(socket=socket, event=event, data=data)

    def serve(self, load: Load) -> None:
        """From now on `load` is told what arrives."""
        self._load = load

    async def connect(self) -> None:
        """Connect and sign in everybody, so many at once as the plan says.

        :raises ConnectionError: somebody was not let in.
        """
        gate = asyncio.Semaphore(self._plan.connecting_at_once)
        people = self._plan.people
        self.clients = [
            Client(number=number, token=person.token, wire=self._wire, fleet=self)
            for number, person in enumerate(people)
        ]
        async with asyncio.TaskGroup() as group:
            for client, person in zip(self.clients, people, strict=True):
                group.create_task(self._open(gate, client, person.token))

    def close(self) -> None:
        """Close everybody's socket."""
        self.closing = True
        for client in self.clients:
            client.close()

    async def _open(self, gate: asyncio.Semaphore, client: Client, token: str) -> None:
        async with gate:
            await ws_connect(
                lambda: client,
                self._wire.address(url=self._plan.url, token=token),
                use_aiofastnet=False,
                websocket_handshake_timeout=_SIGNED_IN_WITHIN_S,
                local_addr=(_address_of(client.number), 0),
            )
            await asyncio.wait_for(client.signed_in, _SIGNED_IN_WITHIN_S)


def _address_of(number: int) -> str:
    """Spread the sockets over the loopback network, as people are spread over the world."""
    host = number // _SOCKETS_PER_ADDRESS
    return f"127.0.{1 + host // 250}.{1 + host % 250}"
