"""Both profiles at once: Socket.IO at `/socket.io/`, bare Engine.IO at `/engine.io/`."""

from typing import Any

from messenger.realtime.cors import Cors
from messenger.realtime.engine import Engine
from messenger.realtime.polling import PollingTransport
from messenger.realtime.protocol.engineio import Rules
from messenger.realtime.seats import Seats
from messenger.realtime.websocket_io import SocketTransport
from tests.conformance.applications import EngineEcho, SocketEcho

RULES = Rules(ping_interval_ms=300, ping_timeout_ms=200, max_payload=1_000_000)

_ANYBODY = Cors(lambda _: True)
ENGINES = {
    "/socket.io": Engine(rules=RULES, application=SocketEcho, cors=_ANYBODY, seats=Seats("address", lambda: 0)),
    "/engine.io": Engine(rules=RULES, application=EngineEcho, cors=_ANYBODY, seats=Seats("address", lambda: 0)),
}
_HTTP: dict[str, Any] = {path: PollingTransport.as_asgi(engine=engine) for path, engine in ENGINES.items()}
_SOCKETS: dict[str, Any] = {path: SocketTransport.as_asgi(engine=engine) for path, engine in ENGINES.items()}


async def both(scope: Any, receive: Any, send: Any) -> None:
    """Serve both endpoints."""
    await _serve(scope, receive, send, paths=("/socket.io", "/engine.io"))


async def socket_io(scope: Any, receive: Any, send: Any) -> None:
    """Serve Socket.IO alone."""
    await _serve(scope, receive, send, paths=("/socket.io",))


async def engine_io(scope: Any, receive: Any, send: Any) -> None:
    """Serve bare Engine.IO alone."""
    await _serve(scope, receive, send, paths=("/engine.io",))


async def _serve(scope: Any, receive: Any, send: Any, *, paths: tuple[str, ...]) -> None:
    path = str(scope.get("path", "")).rstrip("/")
    if scope["type"] == "http" and path in paths:
        await _HTTP[path](scope, receive, send)
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
    elif scope["type"] == "websocket":
        if path in paths:
            await _SOCKETS[path](scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})
    else:
        await _live(receive, send)


async def _live(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
