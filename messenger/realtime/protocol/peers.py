from messenger.realtime.protocol import socketio
from messenger.realtime.protocol.engineio import Data, Malformed
from messenger.realtime.protocol.socketio import Packet

MAX_ATTACHMENTS = 64


class Peer:
    """What a Socket.IO client may send next: CONNECT before all else, and attachments right after their packet."""

    __slots__ = ("_attachments", "_max_bytes", "_room", "_waiting", "namespaces")

    def __init__(self, *, max_bytes: int) -> None:
        self.namespaces: frozenset[str] = frozenset()
        self._max_bytes = max_bytes
        self._waiting: Packet | None = None
        self._attachments: list[bytes] = []
        self._room = 0

    def take(self, message: Data) -> tuple[Packet, list[bytes]] | None:
        """Take a message; the packet that is complete with it, and its attachments. None: attachments are due.

        :raises Malformed: no packet, not the one that was due, or more than fits.
        """
        if isinstance(message, bytes):
            return self._take_attachment(message)
        if self._waiting is not None:
            raise Malformed("attachments are due")
        packet = socketio.decode(message)
        self._check(packet)
        if not packet.attachments:
            return packet, []
        if packet.attachments > MAX_ATTACHMENTS:
            raise Malformed("too many attachments")
        self._waiting, self._room = packet, self._max_bytes
        return None

    def join(self, namespace: str) -> None:
        """Note that the client's CONNECT was granted."""
        self.namespaces |= {namespace}

    def leave(self, namespace: str) -> None:
        """Note that the client left, or was sent off."""
        self.namespaces -= {namespace}

    def _take_attachment(self, message: bytes) -> tuple[Packet, list[bytes]] | None:
        packet = self._waiting
        if packet is None:
            raise Malformed("no attachment is due")
        self._room -= len(message)
        if self._room < 0:
            raise Malformed("attachments too big")
        self._attachments.append(message)
        if len(self._attachments) < packet.attachments:
            return None
        attachments, self._attachments, self._waiting = self._attachments, [], None
        return packet, attachments

    def _check(self, packet: Packet) -> None:
        is_connected = packet.namespace in self.namespaces
        if packet.kind == socketio.EVENT and is_connected:
            return
        if packet.kind == socketio.CONNECT_ERROR or is_connected == (packet.kind == socketio.CONNECT):
            raise Malformed("not in this state")
        if packet.kind == socketio.DISCONNECT and packet.payload:
            raise Malformed("invalid payload")
        if packet.kind == socketio.ACK and packet.ack_id is None:
            raise Malformed("an acknowledgement of nothing")
