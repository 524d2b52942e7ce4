import asyncio
import json
import time

import pytest
from websockets.exceptions import ConnectionClosed

from tests.protocol.clients import Endpoint


@pytest.mark.parametrize(
    ("connect", "where", "auth"),
    [
        ("40", "", {}),
        ('40{"token":"123"}', "", {"token": "123"}),
        ("40/custom,", "/custom,", {}),
        ("40/custom", "/custom,", {}),
        ('40/custom,{"token":"abc"}', "/custom,", {"token": "abc"}),
    ],
)
async def test_a_namespace_is_joined(sockets: Endpoint, connect: str, where: str, auth: object) -> None:
    async with sockets.socket() as socket:
        await socket.handshake()
        await socket.send(connect)

        granted = str(await socket.take())
        event = await socket.take()

    assert granted.startswith(f"40{where}{{")
    assert list(json.loads(granted[2 + len(where) :])) == ["sid"]
    assert event == f'42{where}["auth",{json.dumps(auth, separators=(",", ":"))}]'


async def test_nothing_comes_before_the_answer_to_connect(sockets: Endpoint) -> None:
    async with sockets.socket() as socket:
        told = await socket.handshake()
        with pytest.raises(TimeoutError):
            await socket.next(within=0.2)
        await socket.send("40")

        sid = json.loads(str(await socket.next())[2:])["sid"]

    assert sid != told["sid"]


@pytest.mark.parametrize("namespace", ["/random", "/customs", "/custom/", "/ä", "/random?x=1"])
async def test_another_namespace_is_refused_by_an_object(sockets: Endpoint, namespace: str) -> None:
    async with sockets.socket() as socket:
        await socket.handshake()
        await socket.send(f"40{namespace}")

        assert await socket.next() == f'44{namespace},{{"message":"Invalid namespace"}}'


async def test_after_a_refused_namespace_another_may_be_joined(sockets: Endpoint) -> None:
    async with sockets.socket() as socket:
        await socket.handshake()
        await socket.send("40/random", "40")
        await socket.take()

        assert str(await socket.take()).startswith('40{"sid":')


@pytest.mark.parametrize(
    "packet", ["4abc", '42["message"]', "41", "431[]", '44{"message":"x"}', "4", "40[]", '40"x"', "40null"]
)
async def test_anything_but_connect_closes_the_connection(sockets: Endpoint, packet: str) -> None:
    async with sockets.socket() as socket:
        await socket.handshake()
        await socket.send(packet)

        assert await socket.closed(within=0.25) == 1000


async def test_without_connect_the_connection_is_closed_in_time(sockets: Endpoint) -> None:
    async with sockets.socket() as socket:
        await socket.handshake()
        started = time.monotonic()
        with pytest.raises(ConnectionClosed):
            await socket.take_forever()

        assert socket.raw.close_code == 1000
        assert 0.9 < time.monotonic() - started < 1.5


async def test_a_second_connect_closes_the_connection(sockets: Endpoint) -> None:
    async with sockets.socket() as socket:
        await socket.join()
        await socket.send("40")

        assert await socket.closed(within=0.25) == 1000


async def test_leaving_the_main_namespace_leaves_the_connection_open(sockets: Endpoint) -> None:
    async with sockets.socket() as socket:
        await socket.join()
        await socket.send("41")

        assert await socket.next() == "2"
        await socket.send("3", "40")

        assert str(await socket.take()).startswith('40{"sid":')


async def test_a_packet_to_a_namespace_that_was_left_closes_the_connection(sockets: Endpoint) -> None:
    async with sockets.socket() as socket:
        await socket.join()
        await socket.send("41", '42["message","x"]')

        assert await socket.closed(within=0.25) == 1000


async def test_namespaces_are_left_one_by_one(sockets: Endpoint) -> None:
    async with sockets.socket() as socket:
        await socket.join()
        await socket.join("/custom")
        await socket.send("41/custom", '42["message","message to main namespace"]')

        assert await socket.take() == '42["message-back","message to main namespace"]'


async def test_all_of_it_by_polling(sockets: Endpoint) -> None:
    session = await sockets.open_polling()

    assert await session.post("40", "40/random") == (200, "ok")
    granted, event, refused = await session.packets()
    assert granted.startswith('40{"sid":')
    assert (event, refused) == ('42["auth",{}]', '44/random,{"message":"Invalid namespace"}')
    assert await session.post('42["message","€"]', '4212["message-with-ack",1]') == (200, "ok")
    assert await session.packets() == ['42["message-back","€"]', "4312[1]"]


async def test_a_malformed_packet_by_polling_closes_the_session(sockets: Endpoint) -> None:
    session = await sockets.open_polling()
    await session.post("40")
    await session.packets()
    poll = asyncio.create_task(session.poll())
    await asyncio.sleep(0.1)

    assert (await session.post("42{}"))[0] == 400

    assert (await poll)[1] in ("1", "2")
    assert await session.is_over()
