"""Socket.IO packets, revision 5: how they are spelled, the binary attachments among their arguments included."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from messenger.realtime.protocol.engineio import MESSAGE, Data, Malformed

CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR, BINARY_EVENT, BINARY_ACK = "0123456"
MAIN = "/"

_PLAIN = re.compile(r"[0-4](?:(/[^,]*),?)?([0-9]{0,16})", re.ASCII)
_BINARY = re.compile(r"[56]([0-9]{1,4})-(?:(/[^,]*),?)?([0-9]{0,16})", re.ASCII)
# names that mean something to the clients' and servers' own event emitters
_RESERVED = frozenset({"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class Packet(msgspec.Struct, frozen=True):
    """A packet as it came. `payload` is its JSON; binary kinds are told by `attachments` alone."""

    kind: str
    namespace: str
    ack_id: int | None
    payload: str
    attachments: int = 0


def decode(text: str) -> Packet:
    """Read a packet's head; its payload is left as text.

    :raises Malformed: no such packet.
    """
    head = _PLAIN.match(text)
    if head is None:
        return _decode_binary(text)
    namespace, ack_id = head.groups()
    return Packet(text[0], namespace or MAIN, int(ack_id) if ack_id else None, text[head.end() :])


def _decode_binary(text: str) -> Packet:
    head = _BINARY.match(text)
    if head is None or not int(head[1]):
        raise Malformed("illegal attachments" if text[:1] in (BINARY_EVENT, BINARY_ACK) else "unknown packet type")
    kind = EVENT if text[0] == BINARY_EVENT else ACK
    attachments, namespace, ack_id = head.groups()
    return Packet(kind, namespace or MAIN, int(ack_id) if ack_id else None, text[head.end() :], int(attachments))


def plain_json(payload: str) -> object:
    """Read a payload as any JSON there is.

    :raises Malformed: it is none.
    """
    try:
        return _decode(payload)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        raise Malformed("invalid payload") from None


def auth_of(packet: Packet, *, read: Callable[[str], object] = plain_json) -> dict[str, Any]:
    """The object that a CONNECT packet carries, empty where it carries none.

    :raises Malformed: it carries something else.
    """
    auth = read(packet.payload) if packet.payload else {}
    if not isinstance(auth, dict):
        raise Malformed("invalid payload")
    return auth


def arguments_of(
    packet: Packet, attachments: Sequence[bytes] = (), *, read: Callable[[str], object] = plain_json
) -> list[Any]:
    """The arguments of an EVENT (its name first) or an ACK, attachments in their places.

    :raises Malformed: no list, an event without a proper name, a placeholder of no attachment.
    """
    arguments = read(packet.payload)
    if not isinstance(arguments, list):
        raise Malformed("invalid payload")
    if packet.kind == EVENT:
        _check_name(arguments)
    return [_with(attachments, argument) for argument in arguments] if packet.attachments else arguments


def spell(kind: str, *, namespace: str = MAIN, ack_id: int | None = None, data: object = None) -> list[Data]:
    """A packet as Engine.IO messages: one text, and its binary attachments after it. `data` None: no payload."""
    found: list[bytes] = []
    payload = "" if data is None else _encode(_without(found, data)).decode()
    where = "" if namespace == MAIN else f"{namespace},"
    if found:
        kind = f"{BINARY_EVENT if kind == EVENT else BINARY_ACK}{len(found)}-"
    return [f"{MESSAGE}{kind}{where}{'' if ack_id is None else ack_id}{payload}", *found]


def _check_name(arguments: list[Any]) -> None:
    name = arguments[0] if arguments else None
    is_number = isinstance(name, int | float) and not isinstance(name, bool)
    if not is_number and (not isinstance(name, str) or name in _RESERVED):
        raise Malformed("an event has a name")


def _with(attachments: Sequence[bytes], value: Any) -> Any:
    """The value with its placeholders replaced."""
    if isinstance(value, list):
        return [_with(attachments, item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("_placeholder") is not True:
        return {key: _with(attachments, item) for key, item in value.items()}
    number = value.get("num")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < len(attachments):
        raise Malformed("illegal attachments")
    return attachments[number]


def _without(found: list[bytes], value: Any) -> Any:
    """The value with placeholders for its bytes, which are added to `found`."""
    if isinstance(value, bytes):
        found.append(value)
        return {"_placeholder": True, "num": len(found) - 1}
    if isinstance(value, list):
        return [_without(found, item) for item in value]
    if isinstance(value, dict):
        return {key: _without(found, item) for key, item in value.items()}
    return value
