import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.protocol.clients import Endpoint

BAD_REQUEST = (400, '{"code":3,"message":"Bad request"}')
MALFORMED = ["abc", "", "7", "4hello\x1e", "bAQIDBA", "2", "2probe", "4a\x1ex"]


@pytest.mark.parametrize("body", MALFORMED)
async def test_a_malformed_payload_closes_the_session(engine: Endpoint, body: str) -> None:
    session = await engine.open_polling()

    assert await session.post(body) == BAD_REQUEST
    assert await session.is_over()


async def test_a_poll_that_waits_is_told(engine: Endpoint) -> None:
    session = await engine.open_polling()
    poll = asyncio.create_task(session.poll())
    await asyncio.sleep(0.15)

    await session.post("abc")

    assert await poll == (200, "1")


async def test_a_payload_that_is_not_utf8_closes_the_session(engine: Endpoint) -> None:
    session = await engine.open_polling()

    assert (await session.ask("POST", body=b"4\xff")).status_code == 400
    assert await session.is_over()


async def test_a_binary_body_closes_the_session(engine: Endpoint) -> None:
    session = await engine.open_polling()

    answer = await session.ask("POST", body=b"4hello", headers={"Content-Type": "application/octet-stream"})

    assert answer.status_code == 400
    assert await session.is_over()


async def test_two_polls_at_once_close_the_session(engine: Endpoint) -> None:
    session = await engine.open_polling()
    first = asyncio.create_task(session.poll())
    await asyncio.sleep(0.15)

    assert await session.poll() == BAD_REQUEST
    assert await first == (200, "1")
    assert await session.is_over()


async def test_two_posts_at_once_close_the_session(engine: Endpoint, server: str) -> None:
    session = await engine.open_polling()
    reader, writer = await asyncio.open_connection("127.0.0.1", engine.port)
    query = f"?EIO=4&transport=polling&sid={session.sid}"
    writer.write(f"POST /engine.io/{query} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n4half".encode())
    await asyncio.sleep(0.1)

    status, _ = await session.post("4hello")

    writer.close()
    after = await session.post("4hello")
    # daphne hands a request on once it has all of its body: it sees no overlap
    assert (status, after[0]) == ((400, 400) if server == "uvicorn" else (200, 200))
    del reader


async def test_a_poll_that_breaks_off_closes_the_session(engine: Endpoint) -> None:
    session = await engine.open_polling()
    poll = asyncio.create_task(session.poll())
    await asyncio.sleep(0.15)
    poll.cancel()
    await asyncio.wait({poll})
    await asyncio.sleep(0.15)

    assert (await session.poll())[0] == 400
    assert await session.is_over()


async def test_a_body_over_the_limit_is_refused_and_closes_the_session(engine: Endpoint) -> None:
    session = await engine.open_polling()

    answer = await session.ask("POST", body="4" + "x" * 1_000_000)

    assert (answer.status_code, answer.json()) == (413, {"code": 3, "message": "Payload too large"})
    assert await session.is_over()


async def test_a_body_that_grows_over_the_limit_is_too(engine: Endpoint) -> None:
    session = await engine.open_polling()

    async def grow() -> AsyncIterator[bytes]:
        for _ in range(110):
            yield b"x" * 10_000

    answer = await session.ask("POST", body=grow())

    assert answer.status_code == 413


@pytest.mark.parametrize("packet", ["abc", "", "7", "bAQIDBA", "2", "2probe"])
async def test_a_malformed_packet_closes_the_websocket(engine: Endpoint, packet: str) -> None:
    async with engine.socket() as socket:
        await socket.handshake()
        await socket.send(packet)

        assert await socket.closed(within=0.25) == 1000


async def test_a_frame_over_the_limit_closes_with_1009(engine: Endpoint, server: str) -> None:
    async with engine.socket() as socket:
        await socket.handshake()
        await socket.send("4" + "x" * 1_000_000)

        # daphne knows no close code below 3000 but 1000
        assert await socket.closed() == (1009 if server == "uvicorn" else 1000)
