import pytest

from config.front.heads import BadHead, read_answer, read_request
from config.front.web_processes import WebProcess, WebProcesses

GOOD = b"GET /a?sid=web2.abc&x=1 HTTP/1.1\r\nHost: chat.example.com\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/2.0\r\n\r\n",
        b"GET  / HTTP/1.1\r\n\r\n",
        b"GET / x HTTP/1.1\r\n\r\n",
        b"get / HTTP/1.1\r\n\r\n",
        b"GET /\r HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nName : value\r\n\r\n",
        b"GET / HTTP/1.1\r\nName: one\r\n two\r\n\r\n",
        b"GET / HTTP/1.1\r\nName: one\nOther: two\r\n\r\n",
        b"GET / HTTP/1.1\r\nName: a\0b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_what_two_readers_might_understand_differently_is_refused(raw: bytes) -> None:
    with pytest.raises(BadHead):
        read_request(raw)


def test_a_request_is_passed_on_with_its_own_address_and_nothing_of_the_connection() -> None:
    raw = (
        GOOD
        + b"Connection: keep-alive, X-Secret\r\nX-Secret: 1\r\nX-Forwarded-For: 9.9.9.9\r\nForwarded: for=9\r\n\r\n"
    )

    spelled = read_request(raw).passed_on(address="10.0.0.7", is_trusted=False)

    assert spelled == (GOOD + b"X-Forwarded-For: 10.0.0.7\r\nX-Forwarded-Proto: http\r\nConnection: close\r\n\r\n")


def test_a_trusted_proxy_is_believed() -> None:
    raw = GOOD + b"X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n\r\n"

    spelled = read_request(raw).passed_on(address="10.0.0.7", is_trusted=True)

    assert b"\r\nX-Forwarded-For: 9.9.9.9, 10.0.0.7\r\nX-Forwarded-Proto: https\r\n" in spelled


def test_an_upgrade_stays_one() -> None:
    request = read_request(GOOD + b"Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n")

    spelled = request.passed_on(address="::1", is_trusted=False)

    assert (request.is_upgrade, spelled.endswith(b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")) == (True, True)


@pytest.mark.parametrize(
    ("target", "process"),
    [
        (b"/socket.io/?EIO=4&sid=web2.abc", "web2"),
        (b"/socket.io/?sid=web2.abc&EIO=4", "web2"),
        (b"/socket.io/?EIO=4&sid=abc", ""),
        (b"/socket.io/?EIO=4&xsid=web2.abc", ""),
        (b"/socket.io/", ""),
    ],
)
def test_a_sessions_request_names_its_process(target: bytes, process: str) -> None:
    assert read_request(b"GET " + target + b" HTTP/1.1\r\n\r\n").process == process


def test_what_goes_away_says_so_to_the_front_alone() -> None:
    answer = read_answer(b"HTTP/1.1 200 OK\r\nX-Going-Away: 1\r\nConnection: close\r\nContent-Length: 2\r\n\r\n")

    assert answer.is_last
    assert (
        answer.passed_on(keeps_alive=True) == b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n"
    )


def test_all_take_their_turn_but_a_sessions_own_process_comes_first() -> None:
    processes = WebProcesses([WebProcess("web1", 1), WebProcess("web2", 2), WebProcess("web3", 3)])

    turns = [processes.for_request("", now=0.0)[0].name for _ in range(4)]
    own = [processes.for_request("web3", now=0.0)[0].name for _ in range(3)]

    assert (turns, own) == (["web1", "web2", "web3", "web1"], ["web3"] * 3)


def test_one_that_cannot_be_reached_is_asked_last_for_a_second() -> None:
    first, second = WebProcess("web1", 1), WebProcess("web2", 2)
    processes = WebProcesses([first, second])
    processes.avoid(first, now=10.0)

    assert [processes.for_request("", now=now)[0].name for now in (10.5, 10.9, 11.1)] == ["web2", "web2", "web1"]
