"""The Socket.IO packets that the product sends, as Engine.IO messages, and the events that it takes."""

import json
from collections.abc import Mapping
from typing import Any

from messenger.errors import ValidationFailed
from messenger.realtime.frames import encode
from messenger.realtime.protocol import socketio
from messenger.realtime.protocol.engineio import Malformed
from messenger.realtime.protocol.socketio import Packet
from messenger.strict_json import load_value

DISCONNECTED = "41"
NOT_AUTHENTICATED = {"code": "unauthenticated", "message": "Not authenticated"}


def event_text(name: str, data: object) -> str:
    """An event on the main namespace."""
    return f'42["{name}",{encode(data).decode()}]'


def ack_text(ack_id: int, is_done: bool, result: object) -> str:
    """The answer to an acknowledgement callback: the data, or the error."""
    key = '"ok":true,"data"' if is_done else '"ok":false,"error"'
    return f"43{ack_id}[{{{key}:{encode(result).decode()}}}]"


def auth_error_text(error: Mapping[str, Any], *, name: str = "auth:error") -> str:
    """The event that tells why a proof was refused."""
    return event_text(name, {"error": error["message"], "message": error["message"], "code": error["code"]})


_TOO_LATE = {"code": "auth_timeout", "message": "No proof of who you are came in time."}
TIMED_OUT = (auth_error_text(_TOO_LATE), auth_error_text(_TOO_LATE, name="auth_error"))


def event_in(packet: Packet, attachments: list[bytes]) -> tuple[str, dict[str, Any]]:
    """The name and the one argument of an event.

    :raises ValidationFailed: JSON that is not taken, binary, no object.
    """
    arguments = socketio.arguments_of(packet, attachments, read=_strict_json)
    if attachments:
        raise ValidationFailed.at("data", "Binary data is not taken here; upload files over HTTP.")
    data = arguments[1] if len(arguments) > 1 else None
    if data is None:
        return str(arguments[0]), {}
    if not isinstance(data, dict):
        raise ValidationFailed.at("data", "A JSON object is expected.")
    return str(arguments[0]), data


def _strict_json(payload: str) -> object:
    try:
        return load_value(payload)
    except json.JSONDecodeError:
        raise Malformed("invalid payload") from None
