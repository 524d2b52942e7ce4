"""A Socket.IO client made of bytes: what no library would send, and what no library would leave unread."""

import base64
import contextlib
import os
import socket
import struct
from types import TracebackType

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
FIN = 0x80
SOCKETIO = "/socket.io/?EIO=4&transport=websocket"


def frame(payload: bytes | str, *, head: int = FIN | TEXT, is_masked: bool = True) -> bytes:
    """One frame of RFC 6455; `head` is its first byte."""
    data = payload.encode() if isinstance(payload, str) else payload
    mask = 0x80 if is_masked else 0
    if len(data) < 126:
        size = bytes([mask | len(data)])
    elif len(data) < 65_536:
        size = bytes([mask | 126]) + struct.pack("!H", len(data))
    else:
        size = bytes([mask | 127]) + struct.pack("!Q", len(data))
    return bytes([head]) + size + (b"\0\0\0\0" if is_masked else b"") + data


class RawSocket:
    """One WebSocket on `/socket.io/` or elsewhere, from the handshake on."""

    def __init__(
        self, port: int, *, path: str = SOCKETIO, query: str = "", headers: str = "", buffer: int | None = None
    ) -> None:
        self.socket = socket.socket()
        if buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(10)
        try:
            self._shake_hands(port, path + query, headers)
        except BaseException:
            self.socket.close()
            raise

    def _shake_hands(self, port: int, address: str, headers: str) -> None:
        self.socket.connect(("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        self.send(
            f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Version: 13\r\n{headers}\r\n".encode()
        )
        self.seen = b""
        self.read_until(b"}" if "&sid" not in address else b"\r\n\r\n")

    def __enter__(self) -> "RawSocket":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.socket.sendall(data)

    def packet(self, text: str) -> None:
        """Send a packet in a frame of its own."""
        self.send(frame(text))

    def sign_in(self, token: str) -> None:
        """Connect to the main namespace and wait for the greeting."""
        self.packet(f'40{{"token":"{token}"}}')
        self.read_until(b'"version":"4"}]')

    def close(self) -> None:
        """Be gone without a word."""
        self.socket.close()

    def read_until(self, mark: bytes) -> bytes:
        """Read until `mark` has been seen since the last call; the bytes up to then."""
        while mark not in self.seen:
            part = self.socket.recv(65_536)
            if not part:
                raise AssertionError(f"the connection ended while waiting for {mark!r}: {self.seen[-300:]!r}")
            self.seen += part
        found, _, self.seen = self.seen.partition(mark)
        return found + mark

    def rest(self, *, within: float = 10.0) -> bytes:
        """Read to the end of the connection."""
        self.socket.settimeout(within)
        with contextlib.suppress(ConnectionResetError):
            while part := self.socket.recv(65_536):
                self.seen += part
                self._answer_close()
        return self.seen

    def _answer_close(self) -> None:
        at = self.seen.rfind(b"\x88")
        if at >= 0 and len(self.seen) > at + 1 and len(self.seen) == at + 2 + self.seen[at + 1]:
            self.send(frame(self.seen[at + 2 :], head=FIN | CLOSE))

    def close_code(self, *, within: float = 10.0) -> int | None:
        """Read to the end; the code of the last close frame, None where the connection just broke off."""
        seen = self.rest(within=within)
        at = seen.rfind(b"\x88")
        return struct.unpack("!H", seen[at + 2 : at + 4])[0] if at >= 0 and len(seen) >= at + 4 else None
