import contextlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from messenger.models import User
from tests.footprints import memory_of
from tests.live import UNLIMITED, group, token_of, unlimited
from tests.servers import Server, running_server
from tests.socketio.polls import Poller
from tests.socketio.raw import FIN, PING, RawSocket, frame

pytestmark = [pytest.mark.slow, pytest.mark.alone]

MOST_MIB = 16
BIG = 9_000


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, whose memory is looked at; it must not print a traceback."""
    with running_server(tmp_path, **UNLIMITED) as running:
        yield running
    assert "Traceback" not in running.log.read_text()


@pytest.fixture
def room(server: Server, alice: User, bob: User, carol: User) -> str:
    """A group of three; alice writes, bob reads, carol does not."""
    unlimited(alice, bob, carol)
    return group(alice, bob, carol)


def write(client: RawSocket, room: str, numbers: range) -> list[float]:
    """Send a big message for each number and wait for its answer; how long each took."""
    times = []
    for number in numbers:
        content = f"{number} " + f"{number * 7919:x}" * (BIG // 8)
        begun = time.monotonic()
        client.packet(f'42{number}["messenger:v4:send",{{"conversationId":"{room}","content":"{content[:BIG]}"}}]')
        client.read_until(f'43{number}[{{"ok":true'.encode())
        times.append(time.monotonic() - begun)
    return times


def p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99) - 1]


def is_open(server: Server, client: RawSocket) -> bool:
    """Whether the server still has this connection."""
    port = client.socket.getsockname()[1]
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ends = (f":{server.port:04X}", f":{port:04X}")
    return any(row[1].endswith(ends[0]) and row[2].endswith(ends[1]) and row[3] == "01" for row in rows)


def test_one_that_never_reads_costs_little_slows_nobody_and_is_cut_off(
    server: Server, room: str, alice: User, bob: User, carol: User
) -> None:
    with RawSocket(server.port) as alices, RawSocket(server.port) as bobs, ThreadPoolExecutor(1) as thread:
        alices.sign_in(token_of(alice))
        bobs.sign_in(token_of(bob))
        heard = thread.submit(bobs.read_until, b'"content":"1499 ')
        write(alices, room, range(100))
        start = memory_of(server)
        alone = p99(write(alices, room, range(100, 800)))
        before = memory_of(server)  # debug keeps statements: what a talk costs by itself is taken off
        with RawSocket(server.port, buffer=4096) as deaf:
            deaf.sign_in(token_of(carol))

            beside = p99(write(alices, room, range(800, 1500)))

            until = time.monotonic() + 12
            while is_open(server, deaf) and time.monotonic() < until:
                time.sleep(0.1)
            assert not is_open(server, deaf)
        grown = (memory_of(server) - before) - (before - start)
        assert heard.result(timeout=20).count(b'"content":"') == 1500

    assert grown < MOST_MIB
    assert beside < 2 * alone + 0.02


def test_one_that_asks_and_never_reads_is_not_read_either(server: Server, room: str, alice: User, carol: User) -> None:
    ask = frame('421["messenger:v4:sync",{"positions":{}}]') * 50
    with RawSocket(server.port) as alices, RawSocket(server.port, buffer=4096) as deaf:
        alices.sign_in(token_of(alice))
        write(alices, room, range(40))
        deaf.sign_in(token_of(carol))
        before = memory_of(server)
        deaf.socket.settimeout(0.5)
        sent, until = 0, time.monotonic() + 20
        with contextlib.suppress(OSError):
            while time.monotonic() < until:
                deaf.send(ask)
                sent += 50
        times = write(alices, room, range(40, 60))

        assert time.monotonic() < until, f"the server took {sent} questions without an answer being read"
        assert memory_of(server) - before < MOST_MIB
    assert max(times) < 1.0


def test_a_flood_of_pings_by_one_that_never_reads_is_not_read_either(server: Server, room: str, carol: User) -> None:
    ping = frame(b"x" * 125, head=FIN | PING) * 500
    with RawSocket(server.port, buffer=4096) as deaf:
        deaf.sign_in(token_of(carol))
        before = memory_of(server)
        deaf.socket.settimeout(1)
        sent = 0
        with contextlib.suppress(TimeoutError):
            while sent < 200_000_000:
                deaf.send(ping)
                sent += len(ping)

        assert sent < 200_000_000
        assert memory_of(server) - before < MOST_MIB


def test_one_that_never_polls_is_cut_off_by_the_same_bounds(
    server: Server, room: str, alice: User, carol: User
) -> None:
    with RawSocket(server.port) as alices, Poller(server.port) as deaf:
        alices.sign_in(token_of(alice))
        deaf.sign_in(token_of(carol))
        before = memory_of(server)

        write(alices, room, range(300))

        assert memory_of(server) - before < MOST_MIB
        told, answer = deaf.poll(), deaf.ask("GET")
    assert told == ["1"]
    assert (answer.status_code, answer.json()["message"]) == (400, "Session ID unknown")


def test_one_that_polls_now_and_then_gets_all_in_order(server: Server, room: str, alice: User, bob: User) -> None:
    with RawSocket(server.port) as alices, Poller(server.port) as bobs:
        alices.sign_in(token_of(alice))
        bobs.sign_in(token_of(bob))
        seen: list[int] = []
        for start in range(0, 200, 50):
            write(alices, room, range(start, start + 50))
            while len(seen) < start + 50:
                packets = [packet for packet in bobs.poll() if packet.startswith('42["messenger:v4:message"')]
                seen += [int(packet.split('"content":"')[1].split(" ")[0]) for packet in packets]

    assert seen == list(range(200))


def test_who_missed_more_than_all_that_may_wait_gets_it_by_polling(
    server: Server, room: str, alice: User, carol: User
) -> None:
    seen: list[int] = []
    with RawSocket(server.port) as alices, Poller(server.port) as carols:
        alices.sign_in(token_of(alice))
        write(alices, room, range(240))
        carols.sign_in(token_of(carol))
        asked = {"conversations": {room: {"version": 1, "privateVersion": 0, "pointerSum": 0}}}
        while len(seen) < 240:
            carols.post(f'4299["messenger:v4:sync",{json.dumps(asked)}]')
            page = carols.wait_for("4399")[0]["data"]
            seen += [int(message["content"].split(" ")[0]) for message in page["messages"][room]]
            asked["cursor"] = page["cursor"]

    assert seen == list(range(240))
