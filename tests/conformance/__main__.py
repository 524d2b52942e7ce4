"""`./dev conformance --port N [--engine]`: serve what the protocols' published suites are pointed at."""

import argparse
import contextlib
import logging
import socket

import uvicorn

from config.socket_protocol import RequestProtocol, SocketProtocol
from tests.conformance.asgi import RULES, engine_io, socket_io


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="./dev conformance", description=__doc__)
    parser.add_argument("--port", type=int, default=3000)
    parser.add_argument("--engine", action="store_true", help="a bare Engine.IO echo at /engine.io/")
    wanted = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    config = uvicorn.Config(
        engine_io if wanted.engine else socket_io,
        loop="uvloop",
        http=RequestProtocol,
        ws=SocketProtocol,
        ws_max_size=RULES.max_payload,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=1,
        access_log=False,
        log_level="warning",
    )
    uvicorn.Server(config).run(sockets=_listening(wanted.port))


def _listening(port: int) -> list[socket.socket]:
    """What `localhost` may mean: both loopback addresses, where the machine has them."""
    sockets = [socket.create_server(("127.0.0.1", port), backlog=512)]
    with contextlib.suppress(OSError):
        sockets.append(socket.create_server(("::1", port), family=socket.AF_INET6, backlog=512))
    return sockets


if __name__ == "__main__":
    main()
