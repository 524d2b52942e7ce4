"""A proxy as some companies have them: plain HTTP passes, WebSocket handshakes are cut off."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def proxy_without_websockets(port: int) -> AsyncIterator[str]:
    """The address of such a proxy before the server on `port`."""
    connections: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            await _carry((reader, writer), port)
        finally:
            connections.discard(task)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def _carry(client: _Streams, port: int) -> None:
    server = await asyncio.open_connection("127.0.0.1", port)
    try:
        await asyncio.gather(_pass(client[0], server[1], is_request=True), _pass(server[0], client[1]))
    except (OSError, ConnectionError):
        pass
    finally:
        for _, writer in (client, server):
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_request: bool = False) -> None:
    while data := await reader.read(65_536):
        if is_request and b"upgrade: websocket" in data.lower():
            raise ConnectionError
        writer.write(data)
        await writer.drain()
    raise ConnectionError
