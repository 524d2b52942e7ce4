"""How a WebSocket is ended, on whichever server carries it, and what more our own server setup can do."""

from collections.abc import Callable, Mapping
from typing import Any

ABORT = "messenger.abort"
WRITE = "messenger.write"
_ANSWERS_FREELY = "websocket.http.response"


def can_answer_freely(scope: Mapping[str, Any]) -> bool:
    """False on daphne: it refuses handshakes with 403 only, and closes with 1000 or 3000 to 4999 only."""
    return _ANSWERS_FREELY in (scope.get("extensions") or {})


def close_message(scope: Mapping[str, Any], code: int, reason: str) -> dict[str, Any]:
    """The message that closes with this code, or the nearest that the server knows."""
    if not can_answer_freely(scope) and code < 3000:
        code = 1000
    return {"type": "websocket.close", "code": code, "reason": reason[:100]}


def break_off(scope: Mapping[str, Any]) -> None:
    """End the connection without waiting for a client that does not read; only our own server setup can."""
    abort = (scope.get("extensions") or {}).get(ABORT)
    if abort is not None:
        abort["now"]()


def direct_writer(scope: Mapping[str, Any]) -> Callable[[str], bool] | None:
    """Writes a text frame at once and says whether it could; None where the server has no such way."""
    write = (scope.get("extensions") or {}).get(WRITE)
    return None if write is None else write["now"]
