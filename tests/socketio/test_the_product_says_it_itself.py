"""What the conformance profile has words of its own for, said by the product."""

import asyncio
import json
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from messenger.models import User
from tests.live import token_of
from tests.servers import Server, running_server

PATH = "/socket.io/?EIO=4&transport=websocket"


async def _next(socket: ClientConnection, start: str) -> str:
    async with asyncio.timeout(10):
        while not (text := str(await socket.recv())).startswith(start):
            pass
    return text


async def test_another_namespace_is_refused_and_the_connection_stays(
    live: Server, transactional_db: None, alice: User
) -> None:
    async with connect(f"ws://127.0.0.1:{live.port}{PATH}", proxy=None) as socket:
        await _next(socket, "0")
        await socket.send("40/other,")
        refused = await _next(socket, "44")
        await socket.send(f"40{json.dumps({'token': token_of(alice)})}")
        hello = await _next(socket, "42")

    assert refused == '44/other,{"message":"Invalid namespace"}'
    assert json.loads(hello[2:])[0] == "messenger:v4:hello"


@pytest.mark.slow
async def test_a_server_that_goes_says_so_and_closes_with_4010(
    transactional_db: None, tmp_path: Path, alice: User
) -> None:
    token = token_of(alice)
    with running_server(tmp_path) as server:
        async with connect(f"ws://127.0.0.1:{server.port}{PATH}", proxy=None) as socket:
            await _next(socket, "0")
            await socket.send(f"40{json.dumps({'token': token})}")
            await _next(socket, '42["messenger:v4:hello"')
            stopping = asyncio.create_task(asyncio.to_thread(server.stop))
            told = json.loads((await _next(socket, '42["messenger:v4:going-away"'))[2:])
            with pytest.raises(ConnectionClosed):
                await _next(socket, "nothing more")
            await stopping

        assert 1 <= told[1]["retryAfter"] <= 5
        assert socket.close_code == 4010
