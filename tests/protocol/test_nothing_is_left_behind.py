import asyncio
import gc
from collections.abc import AsyncIterator

import pytest
import uvicorn

from config.socket_protocol import RequestProtocol, SocketProtocol
from tests.conformance import asgi
from tests.ground.processes import free_port
from tests.protocol.clients import Endpoint

TIMES = 500


@pytest.fixture
async def here() -> AsyncIterator[Endpoint]:
    """The conformance profile in this very process, so that what it keeps can be counted."""
    port = free_port()
    config = uvicorn.Config(
        asgi.both, port=port, http=RequestProtocol, ws=SocketProtocol, log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield Endpoint(port=port, path="/socket.io/")
    server.should_exit = True
    await serving


async def come_and_go(endpoint: Endpoint, *, mode: str) -> None:
    """One short visit: bytes alone, so that nothing of the visitor is kept here."""
    reader, writer = await asyncio.open_connection("127.0.0.1", endpoint.port)
    socket = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n"
    kind = "polling" if mode == "polling" else "websocket"
    more = socket.replace("eA==", "dGhlIHNhbXBsZSBub25jZQ==") if kind == "websocket" else ""
    writer.write(f"GET /socket.io/?EIO=4&transport={kind} HTTP/1.1\r\nHost: x\r\n{more}\r\n".encode())
    await reader.readuntil(b"}")
    if kind == "websocket":
        writer.write(b"\x81\x82\0\0\0\x0040")
        await reader.readuntil(b'"auth"')
    if mode == "closed":
        writer.write(b"\x88\x82\0\0\0\0\x03\xe8")
        await reader.read()
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("mode", ["closed", "broken off", "polling"])
async def test_visits_leave_no_session_no_task_and_no_cycle(here: Endpoint, mode: str) -> None:
    await come_and_go(here, mode=mode)
    await asyncio.sleep(0.8)
    gc.collect()
    before = len(asyncio.all_tasks())
    gc.disable()
    try:
        for start in range(0, TIMES, 50):
            await asyncio.gather(*[come_and_go(here, mode=mode) for _ in range(start, start + 50)])
        await asyncio.sleep(0.8)
        protocols = [held for held in gc.get_objects() if isinstance(held, SocketProtocol | RequestProtocol)]
    finally:
        gc.enable()

    assert len(asgi.ENGINES["/socket.io"]) == 0
    assert len(asyncio.all_tasks()) == before
    assert len(protocols) <= 2
