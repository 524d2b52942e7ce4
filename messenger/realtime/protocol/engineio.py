"""Engine.IO packets and payloads, revision 4: how they are spelled, and what a request is refused with."""

import binascii
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

OPEN, CLOSE, PING, PONG, MESSAGE, UPGRADE, NOOP = "0123456"
BINARY = "b"
SEPARATOR = "\x1e"
PROBE, PROBE_ANSWER = "2probe", "3probe"

Data = str | bytes


class Malformed(Exception):
    """The client broke the protocol: its session is to be closed."""


class Refusal(Enum):
    """What a request is refused with: the protocol's code and sentence, and the HTTP status."""

    UNKNOWN_TRANSPORT = (0, "Transport unknown", 400)
    UNKNOWN_SID = (1, "Session ID unknown", 400)
    BAD_HANDSHAKE_METHOD = (2, "Bad handshake method", 400)
    BAD_REQUEST = (3, "Bad request", 400)
    FORBIDDEN = (4, "Forbidden", 403)
    UNSUPPORTED_VERSION = (5, "Unsupported protocol version", 400)
    TOO_BIG = (3, "Payload too large", 413)
    TOO_MANY = (4, "Too many connections", 429)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.value[2]

    @property
    def body(self) -> bytes:
        """The JSON object of the protocol."""
        return json.dumps({"code": self.value[0], "message": self.value[1]}, separators=(",", ":")).encode()


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What one endpoint tells its clients at the handshake, and how long it waits for them."""

    ping_interval_ms: int = 25_000
    ping_timeout_ms: int = 20_000
    max_payload: int = 262_144
    upgrade_timeout_s: float = 10.0
    linger_s: float = 10.0

    def __post_init__(self) -> None:
        assert self.ping_timeout_ms <= self.ping_interval_ms, "a pong is due before the next ping"


def open_packet(sid: str, *, upgrades: list[str], rules: Rules) -> str:
    """The first packet of a session."""
    told = {
        "sid": sid,
        "upgrades": upgrades,
        "pingInterval": rules.ping_interval_ms,
        "pingTimeout": rules.ping_timeout_ms,
        "maxPayload": rules.max_payload,
    }
    return OPEN + json.dumps(told, separators=(",", ":"))


def decode_packet(text: str) -> tuple[str, Data]:
    """The type of a packet and what it carries; a binary message, spelled in base64, is of type `MESSAGE`.

    :raises Malformed: no such packet.
    """
    kind = text[:1]
    if kind == BINARY:
        try:
            return MESSAGE, binascii.a2b_base64(text[1:].encode(), strict_mode=True)
        except (binascii.Error, UnicodeEncodeError):
            raise Malformed("not base64") from None
    if not kind or kind not in "0123456":
        raise Malformed("unknown packet type")
    return kind, text[1:]


def packets_of(body: bytes) -> Iterator[str]:
    """The packets of a payload, as they are spelled.

    :raises Malformed: not UTF-8.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None
    yield from text.split(SEPARATOR)


def spell(packet: Data) -> str:
    """A packet as text: what is text already stays, binary becomes base64."""
    return packet if isinstance(packet, str) else BINARY + binascii.b2a_base64(packet, newline=False).decode()


def payload_of(packets: Iterable[Data]) -> bytes:
    """A payload of these packets."""
    return SEPARATOR.join(map(spell, packets)).encode()
