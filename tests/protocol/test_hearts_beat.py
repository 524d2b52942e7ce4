import asyncio
import time

import pytest

from tests.protocol.clients import Endpoint

BOTH = pytest.mark.parametrize("path", ["/engine.io/", "/socket.io/"])


@pytest.fixture
def endpoint(engine: Endpoint, path: str) -> Endpoint:
    return Endpoint(port=engine.port, path=path)


@BOTH
async def test_pings_come_by_polling_at_the_interval(endpoint: Endpoint) -> None:
    session = await endpoint.open_polling()
    started = time.monotonic()

    for _ in range(3):
        assert await session.poll() == (200, "2")
        assert await session.post("3") == (200, "ok")

    assert 0.85 < time.monotonic() - started < 1.3


@BOTH
async def test_without_a_pong_the_session_ends_though_nobody_polls(endpoint: Endpoint) -> None:
    session = await endpoint.open_polling()

    await asyncio.sleep(0.5)

    assert (await session.poll())[0] == 400
    assert await session.is_over()


async def test_a_poll_that_waits_is_told_of_the_ping_timeout(engine: Endpoint) -> None:
    session = await engine.open_polling()
    assert await session.poll() == (200, "2")

    assert await session.poll() == (200, "1")
    assert await session.is_over()


async def test_a_session_that_talks_but_does_not_pong_ends(engine: Endpoint) -> None:
    session = await engine.open_polling()
    started = time.monotonic()

    while (await session.post("4hello"))[0] == 200:
        await asyncio.sleep(0.02)

    assert 0.4 < time.monotonic() - started < 1.0


@BOTH
async def test_pings_come_over_a_websocket(endpoint: Endpoint) -> None:
    async with endpoint.socket() as socket:
        await socket.handshake()
        for _ in range(3):
            assert await socket.next() == "2"
            await socket.send("3")


@BOTH
async def test_without_a_pong_the_websocket_is_closed(endpoint: Endpoint) -> None:
    async with endpoint.socket() as socket:
        await socket.handshake()
        started = time.monotonic()

        await socket.closed()

    assert 0.4 < time.monotonic() - started < 1.0
