import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from messenger.models import User
from tests.live import direct, token_of
from tests.servers import Server, running_server

PATIENCE_S = 2
CUT_OFF = (1.5, 5.0)
FILE_SIZE = 10 * 1024 * 1024


@dataclass(frozen=True)
class Ending:
    """How a connection ended: what was heard, and after how many seconds."""

    heard: bytes
    took: float

    @property
    def status(self) -> int:
        """Of the last answer; 0 where none came."""
        found = re.findall(rb"HTTP/1\.1 (\d{3}) ", self.heard)
        return int(found[-1]) if found else 0

    @property
    def is_in_time(self) -> bool:
        return CUT_OFF[0] < self.took < CUT_OFF[1]


@pytest.fixture(scope="module")
def module_server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("impatient")
    with running_server(folder, MESSENGER_REQUEST_PATIENCE=str(PATIENCE_S)) as running:
        yield running


@pytest.fixture
def server(transactional_db: None, module_server: Server) -> Server:
    """A server that waits two seconds for a request's head, and for each 2 KiB of its body."""
    return module_server


async def talk(server: Server, said: bytes, trickle: AsyncIterator[bytes] | None = None) -> Ending:
    """Say something, go on with `trickle`, and listen to the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    began = time.monotonic()
    writer.write(said)
    going_on = asyncio.create_task(_go_on(writer, trickle)) if trickle is not None else None
    heard = b""
    async with asyncio.timeout(40):
        while part := await _part(reader):
            heard += part
    took = time.monotonic() - began
    if going_on is not None:
        going_on.cancel()
        await asyncio.wait([going_on])
    writer.close()
    return Ending(heard, took)


async def _part(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(65_536)
    except ConnectionError:
        return b""


async def _go_on(writer: asyncio.StreamWriter, trickle: AsyncIterator[bytes]) -> None:
    async for part in trickle:
        writer.write(part)
        await writer.drain()


async def steadily(data: bytes, *, every_s: float, at_once: int) -> AsyncIterator[bytes]:
    """`data` in parts, one every so often."""
    for at in range(0, len(data), at_once):
        await asyncio.sleep(every_s)
        yield data[at : at + at_once]


def head(path: str, length: int, token: str = "", kind: str = "application/json", *more: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {kind}", f"Content-Length: {length}", *more]
    return "\r\n".join([*lines, *([f"Authorization: Bearer {token}"] if token else []), "", ""]).encode()


async def test_a_head_or_body_that_does_not_end_is_cut_off(server: Server, alice: User, bob: User) -> None:
    token = token_of(alice)
    send = f"/api/v4/messenger/conversations/{direct(alice, bob)}/messages"
    start = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    whole = start + b"\r\n"
    chunked = head(send, 0, token).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    slow = {
        "nothing": talk(server, b""),
        "half a line": talk(server, b"GET /heal"),
        "headers for ever": talk(server, start, steadily(b"X-A: b\r\n" * 999, every_s=0.1, at_once=3)),
        "a second head": talk(server, whole + start),
        "a second head, drop by drop": talk(server, whole, steadily(start * 9, every_s=0.1, at_once=1)),
        "no body": talk(server, head(send, 1000, token)),
        "no body of nobody's": talk(server, head(send, 1000)),
        "no body, asked for": talk(server, head(send, 1000, token, "application/json", "Expect: 100-continue")),
        "half a body": talk(server, head(send, 100_000, token) + b"{" * 50_000),
        "a body drop by drop": talk(server, head(send, 1000, token), steadily(b" " * 1000, every_s=0.1, at_once=9)),
        "chunks that never end": talk(server, chunked, steadily(b"1\r\n \r\n" * 999, every_s=0.1, at_once=6)),
        "half a form": talk(server, head("/api/v4/auth/login", 500) + b'{"email": '),
        "half an upload": talk(
            server, head("/api/v4/messenger/attachments", FILE_SIZE, token, "multipart/form-data; boundary=x") + b"--x"
        ),
        "half a handshake": talk(server, b"GET /ws/messenger/ HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x"),
    }

    endings = dict(zip(slow, await asyncio.gather(*slow.values()), strict=True))

    assert {name: ending.took for name, ending in endings.items() if not ending.is_in_time} == {}
    statuses = {name: ending.status for name, ending in endings.items()}
    assert statuses.pop("nothing") == 0
    assert set(statuses.values()) == {408}
    assert b"100 Continue" in endings["no body, asked for"].heard
    assert "Traceback" not in server.log.read_text()


async def test_a_polling_clients_body_is_waited_for_no_longer(server: Server) -> None:
    opened = await talk(server, b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nConnection: close\r\n\r\n")
    sid = json.loads(opened.heard.partition(b"\r\n\r\n0")[2])["sid"]

    ending = await talk(server, head(f"/socket.io/?EIO=4&transport=polling&sid={sid}", 50, "", "text/plain") + b"4")

    assert (ending.status, ending.is_in_time) == (408, True)


async def test_hundreds_of_slow_ones_hold_nobody_up(server: Server) -> None:
    slow = [asyncio.create_task(talk(server, b"GET /healthz HTTP/1.1\r\nX-A: ")) for _ in range(300)]
    await asyncio.sleep(0.5)
    quick = [await talk(server, b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n") for _ in range(10)]
    endings = await asyncio.gather(*slow)

    assert {ending.status for ending in quick} == {200}
    assert sorted(ending.took for ending in quick)[5] < 0.5
    assert {ending.status for ending in endings} == {408}


async def test_a_head_without_end_is_refused_for_its_size(server: Server) -> None:
    ending = await talk(
        server, b"GET /healthz HTTP/1.1\r\n", steadily(b"X-A: b\r\n" * 100_000, every_s=0, at_once=8192)
    )

    assert (ending.status in (0, 431), ending.took < CUT_OFF[0]) == (True, True)  # 0: a reset swallowed the answer


async def test_slow_uploads_of_every_size_come_through(server: Server, alice: User) -> None:
    token = token_of(alice)

    async def upload(size: int, *, lasts_s: float) -> Ending:
        start = b'--x\r\nContent-Disposition: form-data; name="file"; filename="notes.pdf"\r\n\r\n%PDF-1.4\n'
        end = b"\n%%EOF\n\r\n--x--\r\n"
        file = size - len(b"%PDF-1.4\n\n%%EOF\n")
        body = start + b"%" * file + end
        said = head(
            "/api/v4/messenger/attachments",
            len(body),
            token,
            "multipart/form-data; boundary=x",
            "Connection: close",
        )
        return await talk(server, said, steadily(body, every_s=0.2, at_once=int(len(body) / lasts_s * 0.2) + 1))

    large, small = await asyncio.gather(upload(FILE_SIZE, lasts_s=8), upload(24 * 1024, lasts_s=8))

    assert [ending.status for ending in (large, small)] == [201, 201], (large.heard, small.heard)
    assert min(large.took, small.took) > 3 * PATIENCE_S
