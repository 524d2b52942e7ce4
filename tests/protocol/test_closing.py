import asyncio

import pytest

from tests.protocol.clients import Endpoint

BOTH = pytest.mark.parametrize("path", ["/engine.io/", "/socket.io/"])


@pytest.fixture
def endpoint(engine: Endpoint, path: str) -> Endpoint:
    return Endpoint(port=engine.port, path=path)


@BOTH
async def test_a_client_that_closes_by_polling_has_its_poll_ended_by_a_noop(endpoint: Endpoint) -> None:
    session = await endpoint.open_polling()
    poll = asyncio.create_task(session.poll())
    await asyncio.sleep(0.15)

    assert await session.post("1") == (200, "ok")

    assert await poll == (200, "6")
    assert await session.is_over()


async def test_what_follows_a_close_is_not_looked_at(engine: Endpoint) -> None:
    session = await engine.open_polling()

    assert await session.post("1", "abc") == (200, "ok")
    assert await session.is_over()


@BOTH
async def test_a_client_that_closes_over_a_websocket_has_it_closed(endpoint: Endpoint) -> None:
    async with endpoint.socket() as socket:
        await socket.handshake()
        await socket.send("1")

        assert await socket.closed(within=0.25) == 1000


async def test_a_websocket_that_ends_ends_its_session(engine: Endpoint) -> None:
    async with engine.socket() as socket:
        sid = (await socket.handshake())["sid"]
    await asyncio.sleep(0.1)

    answer = await engine.ask(EIO="4", transport="polling", sid=sid)

    assert (answer.status_code, answer.json()["code"]) == (400, 1)
