import json
import socket
import time
from pathlib import Path

import pytest

from messenger.models import User
from tests.cluster.clusters import Cluster, running_front
from tests.live import direct, token_of


def _talk(port: int, *pieces: bytes, pause_s: float = 0.0) -> bytes:
    """Send the pieces on one connection, and read to its end."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause_s)
        answer = b""
        while data := connection.recv(65536):
            answer += data
        return answer


def _ask(more: bytes = b"", target: bytes = b"/healthz") -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\n" + more + b"\r\n"


def test_a_connection_carries_many_requests_also_at_once(cluster: Cluster) -> None:
    said = _talk(cluster.front.port, _ask() * 3 + _ask(b"Connection: close\r\n"))

    assert said.count(b"HTTP/1.1 200 OK\r\n") == 4
    assert said.count(b"Connection: keep-alive\r\n") == 3


@pytest.mark.parametrize("is_chunked", [True, False])
def test_a_body_comes_in_pieces(cluster: Cluster, alice: User, bob: User, is_chunked: bool) -> None:
    body = json.dumps({"content": "In pieces"}).encode()
    path = f"/api/v4/messenger/conversations/{direct(alice, bob)}/messages".encode()
    head = b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token_of(alice).encode()
    head += b"\r\nContent-Type: application/json\r\nConnection: close\r\n"
    if is_chunked:
        chunks = [b"5\r\n" + body[:5] + b"\r\n", b"%x;x=y\r\n" % (len(body) - 5) + body[5:] + b"\r\n", b"0\r\n\r\n"]
        said = _talk(cluster.front.port, head + b"Transfer-Encoding: chunked\r\n\r\n", *chunks, pause_s=0.05)
    else:
        head += b"Content-Length: %d\r\n\r\n" % len(body)
        said = _talk(cluster.front.port, head, body[:5], body[5:], pause_s=0.05)

    assert said.startswith(b"HTTP/1.1 201 ")
    assert b'"content":"In pieces"' in said


def test_a_slow_body_is_waited_for_longer_than_its_answer(
    cluster: Cluster, tmp_path: Path, alice: User, bob: User
) -> None:
    body = json.dumps({"content": "Slowly"}).encode()
    path = f"/api/v4/messenger/conversations/{direct(alice, bob)}/messages".encode()
    head = b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token_of(alice).encode()
    head += b"\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)

    with running_front(tmp_path, [cluster.first], "--answer-within=1") as impatient:
        pieces = [body[at : at + 5] for at in range(0, len(body), 5)]
        said = _talk(impatient.port, head, *pieces, pause_s=3 / len(pieces))

    assert said.startswith(b"HTTP/1.1 201 ")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (_ask(b"Content-Length: 1\r\nContent-Length: 2\r\n"), b"400"),
        (_ask(b"X-Long: " + b"x" * 40_000 + b"\r\n"), b"431"),
    ],
)
def test_what_cannot_be_passed_on_is_answered(cluster: Cluster, raw: bytes, status: bytes) -> None:
    said = _talk(cluster.front.port, raw)

    assert said.startswith(b"HTTP/1.1 " + status)
    assert b'"success": false' in said


def test_an_answer_before_the_end_of_a_body_is_read(cluster: Cluster) -> None:
    target = b"/socket.io/?EIO=4&transport=polling&sid=web1.unknown"
    head = b"POST " + target + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n"

    said = _talk(cluster.front.port, head, b"x" * 1000)

    assert said.startswith(b"HTTP/1.1 400 ")
    assert b"Session ID unknown" in said
    assert "Traceback" not in cluster.front.log.read_text()


def test_a_poll_that_is_broken_off_ends_its_session(cluster: Cluster) -> None:
    polling = b"/socket.io/?EIO=4&transport=polling"
    opened = _talk(cluster.front.port, _ask(b"Connection: close\r\n", polling))
    sid = json.loads(opened.partition(b"\r\n\r\n0")[2])["sid"].encode()
    with socket.create_connection(("127.0.0.1", cluster.front.port), timeout=10) as poll:
        poll.sendall(_ask(target=polling + b"&sid=" + sid))
        time.sleep(0.3)
    time.sleep(0.5)

    said = _talk(cluster.front.port, _ask(b"Connection: close\r\n", polling + b"&sid=" + sid))

    assert b"Session ID unknown" in said
