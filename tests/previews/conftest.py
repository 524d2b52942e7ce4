import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import pytest
from django.conf import LazySettings

from messenger.models import User
from messenger.services import link_previews, outbox
from messenger.services.outbox import Carrier
from messenger.services.public_web import Net
from tests.rest import Rest
from tests.talks import client_of

PUBLIC = "93.184.216.34"
PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Plain title</title>
<meta property="og:title" content="Marquees &amp; more"><meta property="og:site_name" content="Tents">
<meta name="description" content="Every size."></head><body><title>Not this</title></body></html>"""

Speak = Callable[[socket.socket, str], None]


@dataclass
class Web:
    """A public web of our own: names resolve as told, and every connection ends at one local server."""

    addresses: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, Speak] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)
    connected: list[tuple[str, int]] = field(default_factory=list)
    port: int = 0
    tls: ssl.SSLContext | None = None

    @property
    def net(self) -> Net:
        return Net(resolve=self._resolve, connect=self._connect)

    def says(self, path: str, body: str | bytes, *, kind: str = "text/html; charset=utf-8", status: int = 200) -> None:
        raw = body.encode() if isinstance(body, str) else body
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(raw)}\r\n\r\n"
        self.answers[path] = lambda connection, _: connection.sendall(head.encode() + raw)

    def sends_to(self, path: str, location: str, *, status: int = 302) -> None:
        head = f"HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
        self.answers[path] = lambda connection, _: connection.sendall(head.encode())

    def _resolve(self, host: str, _port: int) -> list[str]:
        self.resolved.append(host)
        if host not in self.addresses:
            raise socket.gaierror("unknown name")
        return self.addresses[host]

    def _connect(self, ip: str, port: int, seconds: float) -> socket.socket:
        self.connected.append((ip, port))
        return socket.create_connection(("127.0.0.1", self.port), seconds)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, plain: socket.socket) -> None:
        with suppress(OSError), plain, self._secured(plain) as connection:
            raw = b""
            while b"\r\n\r\n" not in raw and (piece := connection.recv(4096)):
                raw += piece
            request = raw.decode()
            self.asked.append(request)
            path = request.split(" ", 2)[1] if request else ""
            if path in self.answers:
                self.answers[path](connection, request)

    def _secured(self, plain: socket.socket) -> socket.socket:
        return plain if self.tls is None else self.tls.wrap_socket(plain, server_side=True)


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web(addresses={"tents.example.com": [PUBLIC]})
    listener = socket.create_server(("127.0.0.1", 0))
    web.port = listener.getsockname()[1]
    web.says("/marquees", PAGE)
    thread = threading.Thread(target=web.serve, args=(listener,))
    thread.start()
    yield web
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


@pytest.fixture
def previews(web: Web, settings: LazySettings) -> Iterator[Callable[[], int]]:
    """Previews are on, and fetched from our own web; calling it fetches what is due."""
    settings.MESSENGER_LINK_PREVIEWS = True
    outbox.appoint(Carrier(topic="link-preview", carry=partial(link_previews.add_previews, net=web.net)))
    yield partial(outbox.work_off, topic="link-preview")
    outbox.appoint(link_previews.CARRIER)


@pytest.fixture
def as_alice(alice: User) -> Rest:
    return client_of(alice)


@pytest.fixture
def as_bob(bob: User) -> Rest:
    return client_of(bob)


def drip(connection: socket.socket, text: bytes, *, pause_s: float = 0.05) -> None:
    """Send byte by byte."""
    for byte in text:
        connection.sendall(bytes([byte]))
        time.sleep(pause_s)
