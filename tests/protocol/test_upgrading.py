import asyncio

import pytest

from tests.protocol.clients import Endpoint

BOTH = pytest.mark.parametrize("path", ["/engine.io/", "/socket.io/"])


@pytest.fixture
def endpoint(engine: Endpoint, path: str) -> Endpoint:
    return Endpoint(port=engine.port, path=path)


async def test_polling_moves_to_a_websocket(engine: Endpoint) -> None:
    session = await engine.open_polling()

    async with session.upgrade() as socket:
        await socket.send("2probe")
        assert await socket.next() == "3probe"
        assert await session.poll() == (200, "6")
        await socket.send("5", "4hello")

        assert await socket.take() == "4hello"


async def test_the_poll_that_waits_is_ended_by_a_noop(engine: Endpoint) -> None:
    session = await engine.open_polling()
    poll = asyncio.create_task(session.poll())
    await asyncio.sleep(0.15)

    async with session.upgrade() as socket:
        await socket.send("2probe")

        assert await socket.next() == "3probe"
        assert await poll == (200, "6")


@BOTH
async def test_requests_after_the_upgrade_are_refused_and_do_no_harm(endpoint: Endpoint) -> None:
    session = await endpoint.open_polling()

    async with session.upgrade() as socket:
        await socket.send("2probe", "5")
        assert (await session.poll())[0] == 400
        assert await session.post("4hello") == (400, '{"code":3,"message":"Bad request"}')
        assert await socket.next() == "3probe"
        assert await socket.next() == "2"
        await socket.send("3")

        assert await socket.next() == "2"


async def test_after_the_upgrade_no_noop_comes(engine: Endpoint) -> None:
    session = await engine.open_polling()

    async with session.upgrade() as socket:
        await socket.send("2probe", "5", "4first")

        assert [await socket.take(), await socket.take()] == ["3probe", "4first"]


@BOTH
async def test_a_late_websocket_is_closed_and_the_first_goes_on(endpoint: Endpoint) -> None:
    session = await endpoint.open_polling()

    async with session.upgrade() as socket:
        await socket.send("2probe")
        assert await socket.next() == "3probe"
        await socket.send("5")
        async with session.upgrade() as late:
            assert await late.closed(within=1) == 1000

        assert await socket.next() == "2"


async def test_a_second_websocket_at_the_same_time_is_closed(engine: Endpoint) -> None:
    session = await engine.open_polling()

    async with session.upgrade() as socket, session.upgrade() as second:
        assert await second.closed(within=1) == 1000
        await socket.send("2probe")

        assert await socket.next() == "3probe"


async def test_a_websocket_for_a_websockets_session_is_closed(engine: Endpoint) -> None:
    async with engine.socket() as socket:
        sid = (await socket.handshake())["sid"]
        async with engine.socket(sid=sid) as second:
            assert await second.closed(within=1) == 1000
        await socket.send("4hello")

        assert await socket.take() == "4hello"


@pytest.mark.parametrize("packet", ["5", "4hello", "2", "abc", b"\x01"])
async def test_without_a_probe_the_websocket_is_closed_and_polling_goes_on(
    engine: Endpoint, packet: str | bytes
) -> None:
    session = await engine.open_polling()

    async with session.upgrade() as socket:
        await socket.send(packet)
        assert await socket.closed(within=1) == 1000

    assert await session.post("4hello") == (200, "ok")
    assert await session.packets() == ["4hello"]


async def test_nothing_is_lost_or_doubled_across_the_upgrade(engine: Endpoint) -> None:
    session = await engine.open_polling()
    sent = [f"4{number}" for number in range(60)]
    await session.post(*sent[:20])
    seen = await session.packets()
    await session.post(*sent[20:40])

    async with session.upgrade() as socket:
        await socket.send("2probe")
        assert await socket.take() == "3probe"
        await socket.send("5", *sent[40:])
        while len(seen) < len(sent):
            seen.append(str(await socket.take()))

    assert seen == sent
