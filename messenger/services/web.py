"""One HTTP/1.1 request of ours to somebody else's server, bounded in time and size whatever that server does.

The time is that of the whole exchange, since a server that sends a byte now and then never runs into a timeout per
read. Redirects are not followed; who wants to, asks again.
"""

import io
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException, HTTPResponse
from typing import Literal
from urllib.parse import SplitResult

Connect = Callable[[float], socket.socket]

_MAX_HEAD_BYTES = 65_536
_OWN_PORTS = {"http": 80, "https": 443}


class WebError(Exception):
    """The exchange failed; the message says why, for an operator's eyes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server said; `body` holds at most the bytes that were asked for."""

    status: int
    headers: Message
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How long the whole exchange may take, and how much of the body is read."""

    seconds: float
    body_bytes: int


def exchange(
    *,
    connect: Connect,
    method: Literal["GET", "POST"],
    address: SplitResult,
    headers: Mapping[str, str],
    bounds: Bounds,
    body: bytes = b"",
) -> Answer:
    """Send a request over the connection that `connect(seconds)` makes, and read its answer.

    :raises WebError: no connection, no valid answer, no valid certificate, or the time is over.
    """
    deadline = time.monotonic() + bounds.seconds
    try:
        with connect(bounds.seconds) as plain, _secured(plain, address, deadline) as connection:
            connection.settimeout(_left(deadline))
            connection.sendall(_head(method, address, headers, len(body)) + body)
            reader = _BoundedSocket(connection, deadline, _MAX_HEAD_BYTES + 2 * bounds.body_bytes)
            with HTTPResponse(reader, method=method) as response:  # type: ignore[arg-type]  # it only calls makefile
                response.begin()
                return Answer(status=response.status, headers=response.msg, body=response.read(bounds.body_bytes))
    except (OSError, HTTPException, ValueError) as error:
        raise WebError(f"{type(error).__name__}: {error}") from error


def port_of(address: SplitResult) -> int:
    """The port that an address means."""
    return _OWN_PORTS[address.scheme] if address.port is None else address.port


def _host_of(address: SplitResult) -> str:
    """The host as a `Host` header names it: with its port only where that is not the scheme's own."""
    host = address.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if port_of(address) == _OWN_PORTS[address.scheme] else f"{host}:{address.port}"


def _head(method: str, address: SplitResult, headers: Mapping[str, str], length: int) -> bytes:
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    lines = [f"{method} {target} HTTP/1.1", f"Host: {_host_of(address)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {length}"] if method == "POST" else []
    text = "\r\n".join([*lines, "Connection: close", "Accept-Encoding: identity", "", ""])
    if any(character in line for line in lines for character in "\r\n\0"):
        raise ValueError("a line break in a header")
    return text.encode("ascii")


def _secured(plain: socket.socket, address: SplitResult, deadline: float) -> socket.socket:
    """The connection itself, or TLS over it, with the certificate checked for the address's host."""
    if address.scheme != "https":
        return plain
    plain.settimeout(_left(deadline))
    return ssl.create_default_context().wrap_socket(plain, server_hostname=address.hostname)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time is over")
    return left


class _BoundedSocket:
    """What `HTTPResponse` needs of a socket."""

    def __init__(self, connection: socket.socket, deadline: float, max_bytes: int) -> None:
        self._raw = _BoundedReads(connection, deadline, max_bytes)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._raw)


class _BoundedReads(io.RawIOBase):
    """Reads from a socket until the deadline, and no more than so many bytes, heads of answers included."""

    def __init__(self, connection: socket.socket, deadline: float, max_bytes: int) -> None:
        self._connection = connection
        self._deadline = deadline
        self._room = max_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a writable buffer is what comes
        if self._room <= 0:
            raise ValueError("too many bytes")
        self._connection.settimeout(_left(self._deadline))
        count = self._connection.recv_into(buffer[: self._room])
        self._room -= count
        return count
