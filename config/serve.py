"""The web process: uvicorn with this product's settings. `python -m config.serve`; a proxy or `up` stands before it."""

import asyncio
import gc
import os
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import django
import structlog
import uvicorn
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from config.listeners import turn_away  # noqa: E402
from config.request_protocol import TimedRequestProtocol  # noqa: E402  # needs the apps
from config.socket_protocol import SocketProtocol  # noqa: E402
from messenger.cores import roam, stay  # noqa: E402
from messenger.realtime.connection import CLOSE_GOING_AWAY  # noqa: E402
from messenger.realtime.endpoints import socketio_engine  # noqa: E402
from messenger.realtime.lifetime import send_everybody_away  # noqa: E402

logger = structlog.get_logger(__name__)

_LARGEST_FRAME = 256 * 1024
_STOPPED_WITHIN_S = 14.0
_NOTICED_WITHIN_S = 0.5
_READ_WITHIN_S = 0.15  # who was there before we stopped listening is accepted, and what was sent is read
_GOING = [(b"connection", b"close"), (b"x-going-away", b"1")]
_REQUESTS_AT_LEAST_S = 2


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Keep what takes turns on one core; what works beside the loop roams."""
        if settings.MESSENGER_STAY_ON_CORE:
            stay()
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(initializer=roam))
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Send clients elsewhere, then take nobody new, and let requests under way come to their answer.

        Every answer says that this process is going, and ends its connection: the front then asks another process, and
        a proxy's connections that wait for their next request have gone before that request could be lost on them.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + _STOPPED_WITHIN_S
        self.server_state.default_headers = [*self.server_state.default_headers, *_GOING]
        await asyncio.gather(send_everybody_away(), asyncio.sleep(_NOTICED_WITHIN_S))
        for listener in [listener for server in self.servers for listener in server.sockets]:
            turn_away(listener.fileno())
        await asyncio.sleep(_READ_WITHIN_S)
        for server in self.servers:
            server.close()
        socketio_engine.close_all(code=CLOSE_GOING_AWAY, reason="going away")
        await asyncio.sleep(_READ_WITHIN_S)
        self.config.timeout_graceful_shutdown = max(_REQUESTS_AT_LEAST_S, int(until - loop.time()))
        await super().shutdown(sockets)


def main() -> None:
    """Serve until SIGTERM or SIGINT; sockets are then sent elsewhere, and requests under way are answered."""
    signal.signal(signal.SIGTERM, _end_well)
    if not settings.DEBUG and not settings.MESSENGER_TRUSTED_PROXIES:
        logger.warning(
            "MESSENGER_TRUSTED_PROXIES is empty: no proxy is believed that a request came by https, "
            "and every page leads back to it"
        )
    server = _Server(
        uvicorn.Config(
            "config.asgi:application",
            host=settings.MESSENGER_HOST,
            port=settings.MESSENGER_PORT,
            loop="uvloop",
            http=TimedRequestProtocol,
            ws=SocketProtocol,
            ws_max_size=_LARGEST_FRAME,
            ws_per_message_deflate=False,
            proxy_headers=bool(settings.MESSENGER_TRUSTED_PROXIES),
            forwarded_allow_ips=settings.MESSENGER_TRUSTED_PROXIES,
            access_log=False,
            server_header=False,
            log_config=None,
        )
    )
    server.config.load()
    # what is loaded now stays: the collector need not look at it again (p99 at 50 senders 57-66 ms without, 12-15 with)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    # a writer thread that has its answer need not wait 5 ms for the loop to let go
    sys.setswitchinterval(0.001)
    server.run()


def _end_well(_signal: int, _frame: FrameType | None) -> None:
    """End with exit code 0: uvicorn raises SIGTERM once more when it has stopped, which would look like a failure."""
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
