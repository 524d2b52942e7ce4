"""v4 on Socket.IO: the same connection, handlers, limits and answers as the native socket, in its packets."""

import asyncio
import secrets
from functools import partial
from typing import Any

from messenger.errors import InvalidToken, MessengerError, Unavailable, ValidationFailed
from messenger.realtime import socketio_proof
from messenger.realtime.connection import (
    CLOSE_GOING_AWAY,
    CLOSE_TOO_MANY,
    CLOSE_UNAUTHENTICATED,
    Closing,
    Connection,
    error_shape,
    settled,
)
from messenger.realtime.engine import Engine, LiveSession, Scope
from messenger.realtime.frames import Frame
from messenger.realtime.greeting import Greeting
from messenger.realtime.hub import Hub
from messenger.realtime.incoming import Incoming
from messenger.realtime.lifetime import hub_here
from messenger.realtime.long_frames import read_beside
from messenger.realtime.pace import FLOOD_PAUSE_S
from messenger.realtime.protocol import socketio
from messenger.realtime.protocol.engineio import Data, Malformed
from messenger.realtime.protocol.peers import Peer
from messenger.realtime.protocol.sessions import NEVER
from messenger.realtime.protocol.socketio import MAIN, Packet
from messenger.realtime.socketio_texts import (
    DISCONNECTED,
    NOT_AUTHENTICATED,
    TIMED_OUT,
    ack_text,
    auth_error_text,
    event_in,
    event_text,
)
from messenger.selectors.identity import Proof

CONNECT_WITHIN_S = 10.0
PROOF_WITHIN_S = 10.0
PROOF_TRIES = 5
IDLE_PACKETS = 100
SENT_OFF_S = 2.0


class SocketIoClient:
    """One client on `/`: what its session's messages go to, and where its connection's texts go."""

    __slots__ = (
        "_connection", "_engine", "_hub", "_idle", "_incoming", "_is_busy", "_peer", "_scope", "_session", "_tries",
    )  # fmt: skip

    def __init__(self, engine: Engine, session: LiveSession, scope: Scope) -> None:
        self._engine, self._session, self._scope = engine, session, scope
        self._peer = Peer(max_bytes=4 * session.rules.max_payload)
        self._connection: Connection | None = None
        self._incoming: Incoming | None = None
        self._hub: Hub | None = None
        self._is_busy = False
        self._tries = self._idle = 0
        session.alarm_at = engine.now() + CONNECT_WITHIN_S
        session.on_pong = self._note_life

    # What the session's messages go to

    async def take(self, message: Data) -> None:
        """Take one message; packets are carried out in their order. What was on its way to a goodbye is forgotten."""
        try:
            found = self._peer.take(message)
        except Malformed:
            if self._session.close_code != CLOSE_UNAUTHENTICATED:
                raise
            return
        if found is None:
            return
        if self._is_busy:
            raise Malformed("two at once")
        self._is_busy = True
        try:
            await self._carry_out(*found)
        finally:
            self._is_busy = False

    def ring(self) -> None:
        """Neither CONNECT nor proof came in time."""
        if MAIN not in self._peer.namespaces:
            self._engine.close(self._session, code=self._session.close_code, reason=self._session.close_reason)
            return
        for text in TIMED_OUT:
            self._session.send(text)
        self._send_off("no proof")

    def ended(self) -> None:
        """The session is closed."""
        self._detach()

    # Where the connection's texts go

    @property
    def transport(self) -> str:
        """What carries the session at the moment."""
        return self._session.transport

    def put(self, text: str, *, droppable: bool = False) -> None:
        """Queue `text` for whichever transport carries the session."""
        if self._session.state == "open":
            self._session.packets.put(text, droppable=droppable)

    def clear(self) -> None:
        """Forget what waits."""
        self._session.packets.clear()

    def wake(self) -> None:
        """The connection may be closing: end the session after this turn, whoever walks through the hub meanwhile."""
        closing = None if self._connection is None else self._connection.closing
        if closing is not None:
            if closing.code == CLOSE_UNAUTHENTICATED:
                self._session.send(DISCONNECTED)  # one poll takes it with what was said before
            asyncio.get_running_loop().call_soon(self._end, closing)

    def _end(self, closing: Closing) -> None:
        if closing.code == CLOSE_UNAUTHENTICATED:
            self._see_off(closing.reason)
        else:
            self._engine.close(self._session, code=closing.code, reason=closing.reason)
            if closing.code == CLOSE_GOING_AWAY and self._session.is_unattended:
                self._session.drop(closing.reason)  # its next poll goes to another process

    def _send_off(self, reason: str) -> None:
        """End with a DISCONNECT packet: the client closes the transport then, and does not come back by itself.

        It looks at the packet a moment after it came, so that a transport closed at once would bring it back.
        """
        self._session.send(DISCONNECTED)
        self._see_off(reason)

    def _see_off(self, reason: str) -> None:
        self._session.close_code, self._session.close_reason = CLOSE_UNAUTHENTICATED, reason
        self._detach()
        self._peer.leave(MAIN)
        self._alarm_in(SENT_OFF_S)

    # CONNECT and DISCONNECT

    async def _carry_out(self, packet: Packet, attachments: list[bytes]) -> None:
        if packet.kind == socketio.EVENT:
            await self._event(packet, attachments)
        elif packet.kind == socketio.CONNECT:
            await self._connect(packet)
        elif packet.kind == socketio.DISCONNECT:
            self._detach()
            self._peer.leave(MAIN)
            self._alarm_in(CONNECT_WITHIN_S)
        else:
            socketio.arguments_of(packet, attachments)
            self._count_idle()  # the product asks for no acknowledgement

    async def _connect(self, packet: Packet) -> None:
        auth = socketio.auth_of(packet)
        if packet.namespace != MAIN:
            self._send(socketio.CONNECT_ERROR, packet.namespace, {"message": "Invalid namespace"})
            self._count_idle()
            return
        try:
            proof = socketio_proof.proof_of_connect(auth, self._scope)
            greeting = None if proof is None else await self._greet(proof)
        except Unavailable:
            self._engine.close(self._session, code=CLOSE_GOING_AWAY, reason="unavailable")
            return
        except MessengerError as error:
            self._send(socketio.CONNECT_ERROR, MAIN, {"message": "unauthorized", "data": error_shape(error)})
            self._count_try()
            return
        self._peer.join(MAIN)
        self._send(socketio.CONNECT, MAIN, {"sid": greeting[0].id if greeting else secrets.token_urlsafe(12)})
        await self._begin(*greeting) if greeting else self._alarm_in(PROOF_WITHIN_S)

    async def _greet(self, proof: Proof) -> Greeting | None:
        return await hub_here().greeter.greet(proof, door="socketio", outgoing=self)

    async def _begin(self, connection: Connection, hello: Frame) -> None:
        """Deliver from now on what is for this person."""
        hub = hub_here()
        if not await hub.has_room_for(connection):
            self._engine.close(self._session, code=CLOSE_TOO_MANY, reason="too many connections")
            return
        if self._session.state != "open" or MAIN not in self._peer.namespaces:  # closed or sent off meanwhile
            hub.give_room_back(connection)
            return
        self._session.alarm_at = NEVER
        self._connection, self._hub, self._incoming = connection, hub, Incoming(hub, connection)
        connection.push(hello)
        hub.register(connection)

    def _detach(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and self._hub is not None and self._incoming is not None:
            self._incoming.close()
            self._hub.unregister(connection)
            connection.close(1000, "left")
        self._incoming = self._hub = None

    def _alarm_in(self, seconds: float) -> None:
        self._session.alarm_at = self._engine.now() + seconds
        self._engine.watch(self._session)

    # Events

    async def _event(self, packet: Packet, attachments: list[bytes]) -> None:
        if self._connection is not None and self._connection.has_flooded():
            await asyncio.sleep(FLOOD_PAUSE_S)
        try:
            name, data = await read_beside(partial(event_in, packet, attachments), size=len(packet.payload))
        except ValidationFailed as error:
            await self._refuse(packet.ack_id, error)
            return
        if name == "auth":
            await self._auth(packet.ack_id, data)
        elif self._incoming is not None:
            connection = self._connection
            await self._incoming.take(
                name, data, lambda is_done, result: self._answer(connection, packet.ack_id, is_done, result)
            )
        else:
            self._answer(None, packet.ack_id, is_done=False, result=NOT_AUTHENTICATED)
            self._count_idle()

    async def _refuse(self, ack_id: int | None, error: MessengerError) -> None:
        connection = self._connection

        async def refuse() -> None:
            if connection is not None:
                connection.spend_event()
            raise error

        self._answer(connection, ack_id, *await settled(refuse()))
        if connection is None:
            self._count_idle()

    def _count_idle(self) -> None:
        self._idle += 1
        if self._idle > IDLE_PACKETS:
            raise Malformed("too much that leads to nothing")

    async def _auth(self, ack_id: int | None, data: dict[str, Any]) -> None:
        """`auth {token}`: the first proof, or a fresh token for a connection that has one."""
        connection = self._connection
        proof = self._first_proof(data) if connection is None else socketio_proof.proved_again(data, connection)
        is_proved, result = await settled(proof)
        if not is_proved:
            self._session.send(auth_error_text(result))
            self._answer(connection, ack_id, is_done=False, result=result)
            self._count_try()
            return
        if connection is not None and self._hub is not None:
            self._hub.renew(connection, result)
        user_id = str(connection.user_id if connection is not None else result[0].user_id)
        self._session.send(event_text("auth:success", {"userId": user_id}))
        self._answer(connection, ack_id, is_done=True, result={"userId": user_id})
        if connection is None:
            await self._begin(*result)

    async def _first_proof(self, data: dict[str, Any]) -> Greeting:
        greeting = await self._greet(socketio_proof.proof_of_auth(data))
        if greeting is None:
            raise InvalidToken
        socketio_proof.check_person(data, greeting[0].user_id)
        return greeting

    def _count_try(self) -> None:
        self._tries += 1
        if self._tries < PROOF_TRIES or self._connection is not None:
            return
        if MAIN in self._peer.namespaces:
            self._send_off("too many tries")
        else:
            self._engine.close(self._session, reason="too many tries")

    # Packets out

    def _answer(self, connection: Connection | None, ack_id: int | None, is_done: bool, result: Any) -> None:
        if ack_id is None:
            return
        text = ack_text(ack_id, is_done, result)
        if connection is None:
            self._session.send(text)
        else:
            connection.push_text(text)

    def _send(self, kind: str, namespace: str, data: object) -> None:
        for packet in socketio.spell(kind, namespace=namespace, data=data):
            self._session.send(packet)

    def _note_life(self) -> None:
        if self._connection is not None and self._hub is not None:
            self._hub.note_alive(self._connection)
