from messenger.realtime.engine import Engine, LiveSession, Scope
from messenger.realtime.protocol import socketio
from messenger.realtime.protocol.engineio import Data
from messenger.realtime.protocol.peers import Peer
from messenger.realtime.protocol.sessions import NEVER
from messenger.realtime.protocol.socketio import Packet

CONNECT_WITHIN_S = 1.0
NAMESPACES = ("/", "/custom")


class EngineEcho:
    """Bare Engine.IO: every message comes back."""

    def __init__(self, _engine: Engine, session: LiveSession, _scope: Scope) -> None:
        self._session = session

    async def take(self, message: Data) -> None:
        self._session.send("4" + message if isinstance(message, str) else message)

    def ring(self) -> None:
        """No alarm is set."""

    def ended(self) -> None:
        """Nothing is kept."""


class SocketEcho:
    """Socket.IO: two namespaces, the CONNECT payload as event `auth`, messages and acknowledgements that come back."""

    def __init__(self, engine: Engine, session: LiveSession, _scope: Scope) -> None:
        self._engine, self._session = engine, session
        self._peer = Peer(max_bytes=4 * session.rules.max_payload)
        session.alarm_at = engine.now() + CONNECT_WITHIN_S

    async def take(self, message: Data) -> None:
        found = self._peer.take(message)
        if found is None:
            return
        packet, attachments = found
        if packet.kind == socketio.CONNECT:
            self._connect(packet)
        elif packet.kind == socketio.DISCONNECT:
            self._peer.leave(packet.namespace)
        else:
            name, *arguments = socketio.arguments_of(packet, attachments)
            if packet.kind == socketio.EVENT:
                self._echo(packet, name, arguments)

    def ring(self) -> None:
        if not self._peer.namespaces:
            self._engine.close(self._session, reason="no CONNECT")

    def ended(self) -> None:
        """Nothing is kept."""

    def _connect(self, packet: Packet) -> None:
        auth, namespace = socketio.auth_of(packet), packet.namespace
        if namespace not in NAMESPACES:
            self._send(socketio.CONNECT_ERROR, namespace, data={"message": "Invalid namespace"})
            return
        self._session.alarm_at = NEVER
        self._peer.join(namespace)
        self._send(socketio.CONNECT, namespace, data={"sid": f"{self._session.sid}-{len(namespace)}"})
        self._send(socketio.EVENT, namespace, data=["auth", auth])

    def _echo(self, packet: Packet, name: object, arguments: list[object]) -> None:
        if name == "message":
            self._send(socketio.EVENT, packet.namespace, data=["message-back", *arguments])
        elif name == "message-with-ack" and packet.ack_id is not None:
            self._send(socketio.ACK, packet.namespace, ack_id=packet.ack_id, data=arguments)

    def _send(self, kind: str, namespace: str, *, data: object, ack_id: int | None = None) -> None:
        for packet in socketio.spell(kind, namespace=namespace, ack_id=ack_id, data=data):
            self._session.send(packet)
