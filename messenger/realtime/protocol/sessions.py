"""One Engine.IO session, whichever transport carries it. Knows no clock and no socket: both are told to it."""

import math
from collections.abc import Callable
from typing import Literal

from messenger.realtime.outgoing import SlowReader
from messenger.realtime.protocol import engineio
from messenger.realtime.protocol.engineio import Data, Malformed, Rules
from messenger.realtime.protocol.packet_queue import PacketQueue, nothing

Transport = Literal["polling", "websocket"]
State = Literal["open", "closing", "closed"]

NEVER = math.inf
CLOSE_NORMAL = 1000
CLOSE_SLOW_READER = 4009
_POLL_BYTES = 262_144
_INTERVAL_TO_S = 1000.0


class Session:
    """Open until the server closes it (`close`, after what waits is written) or it breaks off (`drop`, at once).

    `on_end` is called once, when it is closed, `on_pong` at each pong; `due` is when `tick` wants to be called next.
    """

    __slots__ = (
        "alarm_at",
        "awaits_pong",
        "close_code",
        "close_reason",
        "drop_at",
        "has_probed",
        "heartbeat_at",
        "is_ended_by_client",
        "is_polled",
        "is_posted",
        "is_upgrading",
        "on_end",
        "on_pong",
        "packets",
        "rules",
        "sid",
        "spells_base64",
        "state",
        "transport",
    )

    def __init__(
        self, *, sid: str, transport: Transport, rules: Rules, now: float, spells_base64: bool = False
    ) -> None:
        self.sid = sid
        self.transport: Transport = transport
        self.rules = rules
        self.spells_base64 = spells_base64
        self.packets = PacketQueue()
        self.state: State = "open"
        self.close_code = CLOSE_NORMAL
        self.close_reason = ""
        self.heartbeat_at = now + rules.ping_interval_ms / _INTERVAL_TO_S
        self.drop_at = NEVER
        self.alarm_at = NEVER
        self.awaits_pong = False
        self.is_polled = self.is_posted = False
        self.is_upgrading = self.has_probed = False
        self.is_ended_by_client = False
        self.on_end: Callable[[], None] = nothing
        self.on_pong: Callable[[], None] = nothing

    @property
    def due(self) -> float:
        """When `tick` is to be called next; the application's alarm included."""
        return min(self.heartbeat_at, self.drop_at, self.alarm_at)

    @property
    def is_unattended(self) -> bool:
        """True while neither a poll waits for packets nor a packet for a poll."""
        return self.transport == "polling" and not self.is_polled and not len(self.packets)

    def open_packet(self) -> str:
        """The packet that answers the handshake."""
        upgrades = ["websocket"] if self.transport == "polling" else []
        return engineio.open_packet(self.sid, upgrades=upgrades, rules=self.rules)

    def receive(self, text: str) -> Data | None:
        """Take one packet from the transport that carries the session; the message in it, if there is one.

        :raises Malformed: no packet, or one that only a server sends.
        """
        if text[:1] == engineio.MESSAGE and self.state == "open":
            return text[1:]
        kind, data = engineio.decode_packet(text)
        if kind == engineio.PING:
            raise Malformed("only the server pings")
        if self.state == "closed":
            return None
        if kind == engineio.CLOSE:
            self.is_ended_by_client = True
            self.drop("closed by the client")
        elif kind == engineio.PONG:
            self._pong()
        elif kind == engineio.MESSAGE and self.state == "open":
            return data
        return None

    def send(self, packet: Data, *, droppable: bool = False) -> None:
        """Queue a packet as it is spelled on a WebSocket; a reader too slow for the bounds is cut off."""
        if self.state != "open":
            return
        try:
            self.packets.put(packet, droppable=droppable)
        except SlowReader:
            self.close_code = CLOSE_SLOW_READER
            self.drop("reader too slow")

    def tick(self, now: float) -> bool:
        """Do what is due: ping, end what did not answer. True where the application's alarm is due."""
        if now >= self.drop_at:
            self.drop(self.close_reason)
        elif now >= self.heartbeat_at:
            self._beat()
        if now >= self.alarm_at and self.state == "open":
            self.alarm_at = NEVER
            return True
        return False

    def close(self, *, now: float, code: int = CLOSE_NORMAL, reason: str = "") -> None:
        """End the session once what waits is written; one that does not read it is dropped a little later."""
        if self.state == "open":
            self.state = "closing"
            self.close_code, self.close_reason = code, reason
            self.drop_at = now + self.rules.linger_s
            self.heartbeat_at = self.alarm_at = NEVER
            self.packets.wake()

    def drop(self, reason: str) -> None:
        """End the session now; what waits is forgotten."""
        if self.state == "closed":
            return
        self.state = "closed"
        self.close_reason = self.close_reason or reason
        self.heartbeat_at = self.alarm_at = self.drop_at = NEVER
        self.packets.clear()
        self.packets.wake()
        self.on_end()

    # Long polling

    def begin_poll(self) -> None:
        """Note that a GET waits.

        :raises Malformed: another one waits already; the session is closed.
        """
        if self.is_polled:
            self.drop("two polls at once")
            raise Malformed("two polls at once")
        self.is_polled = True

    def begin_post(self) -> None:
        """Note that a POST is under way.

        :raises Malformed: another one is already; the session is closed.
        """
        if self.is_posted:
            self.drop("two posts at once")
            raise Malformed("two posts at once")
        self.is_posted = True

    def poll_answer(self) -> bytes | None:
        """The payload that the waiting poll is to be answered with now, or None where it is to wait on.

        The end of the session is told by a close packet, or by a noop where the client asked for it; a noop also
        ends the last poll before an upgrade.
        """
        if self.state == "closed":
            return (engineio.NOOP if self.is_ended_by_client else engineio.CLOSE).encode()
        packets = self.packets.take_up_to(_POLL_BYTES)
        if self.state == "closing" and not len(self.packets):
            packets.append(engineio.CLOSE)
            self.drop(self.close_reason)
        if not packets and self.has_probed:
            packets.append(engineio.NOOP)
        return engineio.payload_of(packets) if packets else None

    # Upgrade to a WebSocket

    def begin_upgrade(self) -> bool:
        """Note that a WebSocket wants to take over; False where it comes late or second."""
        if self.transport != "polling" or self.is_upgrading or self.state != "open":
            return False
        self.is_upgrading = True
        return True

    def receive_upgrading(self, text: str) -> str | None:
        """Take a packet from the WebSocket that wants to take over; the answer to it, if there is one.

        :raises Malformed: neither the probe nor, after it, the upgrade.
        """
        if text == engineio.PROBE:
            self.has_probed = True
            return engineio.PROBE_ANSWER
        if text != engineio.UPGRADE or not self.has_probed:
            raise Malformed("neither probe nor upgrade")
        self.transport = "websocket"
        self.is_upgrading = self.has_probed = False
        return None

    def abandon_upgrade(self) -> None:
        """Stay with polling: the WebSocket broke off."""
        self.is_upgrading = self.has_probed = False

    def _beat(self) -> None:
        if self.awaits_pong:
            self.drop("ping timeout")
            return
        self.awaits_pong = True
        self.heartbeat_at += self.rules.ping_timeout_ms / _INTERVAL_TO_S
        self.send(engineio.PING)

    def _pong(self) -> None:
        if self.awaits_pong:
            self.awaits_pong = False
            self.heartbeat_at += (self.rules.ping_interval_ms - self.rules.ping_timeout_ms) / _INTERVAL_TO_S
            self.on_pong()
