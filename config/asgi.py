"""The ASGI application: pages and REST by Django, sockets by Channels consumers, start and end of the process."""

import asyncio
import os
from typing import Any

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from config.database.base import wait_briefly_for_locks  # noqa: E402  # needs the settings
from config.engines.durability import require_durable_commits  # noqa: E402  # needs the settings
from config.handler import OneThreadHandler  # noqa: E402
from config.jobs import JobThread  # noqa: E402  # needs the apps
from messenger.realtime.endpoints import socketio_engine  # noqa: E402
from messenger.realtime.lifetime import hub_here, stop_hub  # noqa: E402
from messenger.realtime.polling import PollingTransport  # noqa: E402
from messenger.realtime.websocket import MessengerSocket  # noqa: E402
from messenger.realtime.websocket_io import SocketTransport  # noqa: E402

wait_briefly_for_locks()
require_durable_commits()
_django = OneThreadHandler()
_SOCKETS = {"/ws/messenger": MessengerSocket.as_asgi()}
_HTTP: dict[str, Any] = {}
if settings.WEBSOCKET_MODE != "off":
    _SOCKETS["/socket.io"] = SocketTransport.as_asgi(engine=socketio_engine)
    _HTTP["/socket.io"] = PollingTransport.as_asgi(engine=socketio_engine)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer one connection. An unknown socket address is refused with 403 before the handshake."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http":
        await _HTTP.get(scope["path"].rstrip("/"), _django)(scope, receive, send)
    elif scope["type"] == "websocket":
        socket = _SOCKETS.get(scope["path"].rstrip("/"))
        if socket is None:
            await send({"type": "websocket.close", "code": 1000})
        else:
            await socket(scope, receive, send)


async def _live(receive: Any, send: Any) -> None:
    """Start and end the hub with the server (ASGI lifespan; daphne has none: there it starts when needed)."""
    jobs = JobThread() if settings.REDIS_URL == "memory" else None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            hub_here()
            if jobs:
                jobs.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            if jobs:
                await asyncio.to_thread(jobs.stop)
            await stop_hub()
            await send({"type": "lifespan.shutdown.complete"})
            return
