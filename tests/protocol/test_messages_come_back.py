import asyncio

import pytest

from tests.protocol.clients import Endpoint


async def test_one_packet(engine: Endpoint) -> None:
    session = await engine.open_polling()

    assert await session.post("4hello") == (200, "ok")
    assert await session.poll() == (200, "4hello")


async def test_several_packets(engine: Endpoint) -> None:
    session = await engine.open_polling()

    assert await session.post("4test1", "4test2", "4test3") == (200, "ok")
    assert await session.poll() == (200, "4test1\x1e4test2\x1e4test3")


async def test_text_beyond_ascii(engine: Endpoint) -> None:
    session = await engine.open_polling()

    assert await session.post("4€ 世界 👩‍👩‍👧", "4") == (200, "ok")
    assert await session.poll() == (200, "4€ 世界 👩‍👩‍👧\x1e4")


async def test_binary_beside_text(engine: Endpoint) -> None:
    session = await engine.open_polling()

    assert await session.post("4hello", "bAQIDBA==") == (200, "ok")
    assert await session.poll() == (200, "4hello\x1ebAQIDBA==")


@pytest.mark.parametrize("kind", ["text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded", ""])
async def test_whatever_type_a_body_names_it_is_text(engine: Endpoint, kind: str) -> None:
    session = await engine.open_polling()

    answer = await session.ask("POST", body="4hello", headers={"Content-Type": kind} if kind else {})

    assert (answer.status_code, answer.text) == (200, "ok")
    assert answer.headers["content-type"] == "text/plain; charset=UTF-8"


async def test_a_poll_waits_for_what_comes(engine: Endpoint) -> None:
    session = await engine.open_polling()
    poll = asyncio.create_task(session.poll())
    await asyncio.sleep(0.1)
    assert not poll.done()

    await session.post("4hello")

    assert await poll == (200, "4hello")


async def test_text_over_a_websocket(engine: Endpoint) -> None:
    async with engine.socket() as socket:
        await socket.handshake()
        await socket.send("4hello", "4€")

        assert [await socket.take(), await socket.take()] == ["4hello", "4€"]


async def test_binary_over_a_websocket(engine: Endpoint) -> None:
    async with engine.socket() as socket:
        await socket.handshake()
        await socket.send(b"\x01\x02\x03\x04")

        assert await socket.take() == b"\x01\x02\x03\x04"


async def test_binary_as_text_where_the_client_says_so(engine: Endpoint) -> None:
    async with engine.socket(b64="1") as socket:
        await socket.handshake()
        await socket.send("bAQIDBA==")

        assert await socket.take() == "bAQIDBA=="


async def test_a_message_as_large_as_may_be(engine: Endpoint) -> None:
    packet = "4" + "x" * 999_999
    async with engine.socket() as socket:
        await socket.handshake()
        await socket.send(packet)

        assert await socket.take() == packet
    session = await engine.open_polling()
    assert await session.post(packet) == (200, "ok")
    assert await session.packets() == [packet]
