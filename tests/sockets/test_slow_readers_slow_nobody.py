import asyncio
import base64
import contextlib
import os
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from messenger.models import Message, User
from messenger.services.token_pairs import revoke_tokens
from tests.live import greeted, group, token_of, tokens_of, unlimited
from tests.native import NativeClient
from tests.servers import Server
from tests.threads import in_a_thread

pytestmark = pytest.mark.alone

BIG = "x" * 9_000
TRIES = 3  # the machine may be busy with others
ALWAYS_FINE_S = 0.06


class DeafClient:
    """A client that connects and then reads nothing until `read_on`."""

    def __init__(self, server: Server, token: str) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(15)
        self.socket.connect(("127.0.0.1", server.port))
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /ws/messenger/?token={token} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self._buffer = b""
        while b"messenger:v4:hello" not in self._buffer:
            self._buffer += self.socket.recv(4096)

    def send(self, text: str) -> None:
        """Write a masked text frame."""
        payload = text.encode()
        head = b"\x81" + (
            bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack("!H", len(payload))
        )
        self.socket.sendall(head + b"\0\0\0\0" + payload)

    def read_on(self) -> tuple[int, int | None]:
        """Read to the end: how many bytes still came, and the code of the close frame, if there was one."""
        while not self._buffer.endswith(b"reader too slow"):
            try:
                part = self.socket.recv(65536)
            except ConnectionResetError:
                break
            if not part:
                break
            self._buffer += part
        end = self._buffer.rfind(b"\x88")
        code = struct.unpack("!H", self._buffer[end + 2 : end + 4])[0] if end >= 0 else None
        return len(self._buffer), code


@pytest.fixture
def room(server: Server, alice: User, bob: User, carol: User) -> str:
    unlimited(alice, bob, carol)
    return group(alice, bob, carol)


@pytest.fixture
def deaf(room: str, server: Server, carol: User) -> Iterator[DeafClient]:
    """Carol's client, which does not read."""
    client = DeafClient(server, token_of(carol))
    yield client
    client.socket.close()


async def _talk(client: NativeClient, room: str, number: int) -> list[float]:
    """Send this many big messages, a few at a time; how long each took."""
    times = []
    for tens in range(number // 10):
        begun = time.monotonic()
        texts = [f"{begun} {tens} {ones} {BIG}" for ones in range(10)]
        await asyncio.gather(*[client.call("send", {"conversationId": room, "content": text}) for text in texts])
        times.append(time.monotonic() - begun)
    return times


async def test_a_reader_that_is_too_slow_is_cut_off_with_4009(
    server: Server, alice: User, bob: User, room: str, deaf: DeafClient
) -> None:
    async with greeted(*[NativeClient(server.socket_url, token=token_of(user)) for user in (alice, bob)]) as clients:
        await _talk(clients[0], room, 700)
        held, code = await asyncio.to_thread(deaf.read_on)
        heard = len(clients[1].taken("message"))

    assert code == 4009
    assert held < 700 * len(BIG)
    assert heard == 700


async def test_one_that_never_reads_is_broken_off(server: Server, alice: User, room: str, deaf: DeafClient) -> None:
    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (client,):
        await _talk(client, room, 700)
        until = time.monotonic() + 12
        while _is_open(server, deaf) and time.monotonic() < until:
            await asyncio.sleep(0.2)

    assert not _is_open(server, deaf)


async def test_nobody_else_waits_for_it(server: Server, alice: User, bob: User, room: str) -> None:
    tokens = [token_of(user) for user in (alice, bob)]

    async with greeted(*[NativeClient(server.socket_url, token=token) for token in tokens]) as (alices, _):
        await _talk(alices, room, 100)
        alone = min([await _longest(alices, room) for _ in range(TRIES)])
        beside = min([await _longest_beside_deaf(server, tokens[1], alices, room) for _ in range(TRIES)])

    assert beside <= max(2 * alone, ALWAYS_FINE_S)


async def _longest(client: NativeClient, room: str) -> float:
    """The longest that ten messages took, of a long talk: its p99."""
    return max(await _talk(client, room, 300))


async def _longest_beside_deaf(server: Server, token: str, client: NativeClient, room: str) -> float:
    deaf = DeafClient(server, token)
    try:
        return await _longest(client, room)
    finally:
        deaf.socket.close()


async def test_an_ended_session_can_send_nothing_while_it_does_not_read(
    server: Server, alice: User, carol: User, room: str
) -> None:
    pair = tokens_of(carol)
    deaf = DeafClient(server, pair.access)

    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (client,):
        await _talk(client, room, 400)
        in_a_thread(lambda: revoke_tokens(refresh=pair.refresh))
        await asyncio.sleep(0.5)
        with contextlib.suppress(OSError):
            deaf.send(f'{{"event":"messenger:v4:send","data":{{"conversationId":"{room}","content":"Too late"}}}}')
        await asyncio.sleep(0.5)
    deaf.socket.close()

    assert not in_a_thread(lambda: Message.objects.filter(content="Too late").exists())


def _is_open(server: Server, deaf: DeafClient) -> bool:
    """Whether the server still has this connection."""
    port = deaf.socket.getsockname()[1]
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(
        row[1].endswith(f":{server.port:04X}") and row[2].endswith(f":{port:04X}") and row[3] == "01" for row in rows
    )
