import asyncio
import contextlib
import json
import statistics
import time
from collections import Counter

import pytest
from websockets.exceptions import ConnectionClosed

from messenger.models import User
from tests.live import greeted, token_of, unlimited
from tests.native import NativeClient, Refused
from tests.servers import Server
from tests.socketio.raw import FIN, PING, PONG, TEXT, RawSocket, frame

pytestmark = pytest.mark.alone

LONG = ",".join(["[1]"] * 60_000)
ACCEPTABLE_S = 0.25
FLOODERS = 8
CONTINUED = 0x0
FLOOD_S = 4.0


async def _typical_answer_of(client: NativeClient) -> float:
    """How long a short event waits for its answer: the median of 20."""
    took = []
    for _ in range(20):
        begun = time.monotonic()
        with pytest.raises(Refused):
            await client.call("join-conversation", {"conversationId": "x"})
        took.append(time.monotonic() - begun)
    return statistics.median(took)


async def test_who_talks_on_without_proof_is_closed_with_4001(server: Server) -> None:
    async with NativeClient(server.socket_url) as client:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(101):
                await client.socket.send('{"event":"x"}')

        assert await client.closed(within=5) == 4001


async def test_proof_may_come_after_some_talk(server: Server, alice: User) -> None:
    async with NativeClient(server.socket_url) as client:
        for text in ("x", "[]", '{"event":"messenger:v4:presence"}', json.dumps({"event": "x", "data": LONG})):
            await client.socket.send(text)
        await client.socket.send(json.dumps({"event": "auth", "data": {"token": token_of(alice)}}))

        assert (await client.next("hello"))["userId"] == str(alice.pk)


@pytest.mark.parametrize("head", [FIN | PING, FIN | PONG, CONTINUED])
async def test_floods_of_tiny_frames_do_not_either(server: Server, alice: User, head: int) -> None:
    unlimited(alice)

    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (calm,):
        floods = [asyncio.create_task(asyncio.to_thread(_flood_with, server, head)) for _ in range(FLOODERS)]
        await asyncio.sleep(0.5)
        typical = await _typical_answer_of(calm)
        await asyncio.gather(*floods)

    assert typical < ACCEPTABLE_S


def _flood_with(server: Server, head: int) -> None:
    with RawSocket(server.port) as client:
        client.send(frame("", head=TEXT))
        _send_often(client, frame("", head=head) * 1_000)


@pytest.mark.parametrize("door", ["native", "socketio"])
async def test_long_frames_of_some_do_not_hold_up_the_others(
    server: Server, alice: User, mallory: User, door: str
) -> None:
    unlimited(alice)
    flood = _flood_natively if door == "native" else _flood_by_packets
    tokens = [token_of(mallory) for _ in range(FLOODERS)]

    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (calm,):
        floods = [asyncio.create_task(asyncio.to_thread(flood, server, token)) for token in tokens]
        await asyncio.sleep(0.5)
        typical = await _typical_answer_of(calm)
        await asyncio.gather(*floods)

    assert typical < ACCEPTABLE_S


def _flood_natively(server: Server, token: str) -> None:
    with RawSocket(server.port, path=f"/ws/messenger/?token={token}") as client:
        _send_often(client, frame(f'{{"event":"x","data":{{"a":[{LONG}]}}}}'))


def _flood_by_packets(server: Server, token: str) -> None:
    with RawSocket(server.port) as client:
        client.sign_in(token)
        _send_often(client, frame(f'42["x",{{"a":[{LONG}]}}]'))


def _send_often(client: RawSocket, data: bytes) -> None:
    client.socket.settimeout(1)
    until = time.monotonic() + FLOOD_S
    with contextlib.suppress(OSError):
        while time.monotonic() < until:
            client.send(data)


async def test_who_is_over_the_limit_is_read_slowly(server: Server, mallory: User) -> None:
    async with greeted(NativeClient(server.socket_url, token=token_of(mallory))) as (client,):
        begun = time.monotonic()
        for number in range(120):
            await client.socket.send(json.dumps({"event": "x", "ref": str(number)}))
        answers = [await client.next("unasked:answer", ref=str(number)) for number in range(120)]
        took = time.monotonic() - begun

    assert Counter(answer["error"]["code"] for answer in answers) == {"unknown_event": 100, "rate_limited": 20}
    assert took > 0.9


@pytest.mark.parametrize("packet", ["40/nowhere,", "431[]"])
async def test_packets_that_lead_to_nothing_are_taken_for_a_while(server: Server, mallory: User, packet: str) -> None:
    with RawSocket(server.port) as client:
        client.sign_in(token_of(mallory))
        for _ in range(100):
            client.packet(packet)
        client.packet('427["messenger:v4:presence",{}]')
        client.read_until(b'437[{"ok":true')
        client.packet(packet)

        assert client.close_code() == 1000
