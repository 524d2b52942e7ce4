from collections.abc import Callable

import pytest

from messenger.realtime.outgoing import MAX_BYTES, MAX_EVENTS
from messenger.realtime.protocol.engineio import Malformed, Rules
from messenger.realtime.protocol.sessions import CLOSE_SLOW_READER, Session, Transport

RULES = Rules(ping_interval_ms=300, ping_timeout_ms=200, linger_s=5.0)


def session_of(transport: Transport = "websocket") -> Session:
    return Session(sid="s", transport=transport, rules=RULES, now=100.0)


def written(session: Session) -> list[str | bytes]:
    return list(iter(session.packets.take, None))


def test_it_pings_at_the_interval_and_waits_for_the_pong() -> None:
    session = session_of()
    session.tick(100.299)
    assert written(session) == []

    session.tick(100.3)

    assert written(session) == ["2"]
    assert session.due == pytest.approx(100.5)


def test_pongs_keep_it_open_and_the_rate_steady() -> None:
    session = session_of()
    pongs: list[int] = []
    session.on_pong = lambda: pongs.append(1)

    for beat in (100.3, 100.6, 100.9):
        session.tick(beat + 0.001)
        assert written(session) == ["2"]
        assert session.receive("3") is None
        assert session.due == pytest.approx(beat + 0.3)

    assert (session.state, len(pongs)) == ("open", 3)


def test_a_missing_pong_ends_it_whatever_else_comes() -> None:
    session = session_of()
    ended: list[str] = []
    session.on_end = lambda: ended.append(session.close_reason)
    session.tick(100.3)
    assert session.receive("4hello") == "hello"

    session.tick(100.499)
    assert session.state == "open"
    session.tick(100.5)

    assert (session.state, ended) == ("closed", ["ping timeout"])


def test_a_pong_that_nobody_asked_for_changes_nothing() -> None:
    session = session_of()

    session.receive("3")

    assert session.due == pytest.approx(100.3)


@pytest.mark.parametrize("text", ["2", "2probe", "", "x", "7"])
def test_what_only_a_server_sends_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        session_of().receive(text)


@pytest.mark.parametrize("text", ["0", "5", "6", "6x"])
def test_idle_packets_are_passed_over(text: str) -> None:
    session = session_of()

    assert session.receive(text) is None
    assert session.state == "open"


def test_the_clients_close_ends_it_at_once() -> None:
    session = session_of("polling")
    session.send("4late")

    session.receive("1")

    assert (session.state, session.is_ended_by_client) == ("closed", True)
    assert session.poll_answer() == b"6"


def test_the_servers_close_lets_what_waits_go_first() -> None:
    session = session_of("polling")
    session.send("4last words")

    session.close(now=100.1, code=4010, reason="going away")
    session.send("4too late")

    assert session.state == "closing"
    assert session.receive("4hello") is None
    assert session.poll_answer() == b"4last words\x1e1"
    assert (session.state, session.close_code) == ("closed", 4010)


def test_who_does_not_fetch_the_last_words_is_dropped_a_little_later() -> None:
    session = session_of("polling")
    session.send("4last words")
    session.close(now=100.1)
    assert session.due == pytest.approx(105.1)

    session.tick(105.1)

    assert session.state == "closed"
    assert len(session.packets) == 0


def test_a_poll_that_waits_when_the_session_breaks_off_gets_a_close_packet() -> None:
    session = session_of("polling")
    session.begin_poll()

    session.drop("ping timeout")

    assert session.poll_answer() == b"1"


@pytest.mark.parametrize("begin", [Session.begin_poll, Session.begin_post])
def test_two_requests_of_a_kind_at_once_close_it(begin: Callable[[Session], None]) -> None:
    session = session_of("polling")
    begin(session)

    with pytest.raises(Malformed):
        begin(session)

    assert session.state == "closed"


def test_a_reader_too_slow_for_the_bounds_is_cut_off() -> None:
    session = session_of()
    for number in range(MAX_EVENTS):
        session.send(f"4{number}")
    assert session.state == "open"

    session.send("4one too many")

    assert (session.state, session.close_code, len(session.packets)) == ("closed", CLOSE_SLOW_READER, 0)


def test_a_reader_too_slow_is_cut_off_by_bytes_too() -> None:
    session = session_of()
    for _ in range(8):
        session.send("4" + "€" * 43_690)  # 131,071 bytes
    assert session.state == "open"

    session.send("4" + "€" * 43_690)

    assert (session.state, session.close_code) == ("closed", CLOSE_SLOW_READER)


def test_one_answer_larger_than_all_that_may_wait_is_no_slowness() -> None:
    session = session_of()

    session.send("4" + "€" * MAX_BYTES)
    session.send("4and something after it")

    assert (session.state, len(session.packets)) == ("open", 2)


def test_from_half_on_what_may_be_dropped_is() -> None:
    session = session_of()
    for number in range(MAX_EVENTS // 2):
        session.send(f"4{number}")

    session.send("4typing", droppable=True)

    assert len(session.packets) == MAX_EVENTS // 2


def test_the_applications_alarm_rings_once() -> None:
    session = session_of()
    session.alarm_at = 100.2

    assert [session.tick(100.1), session.tick(100.2), session.tick(100.25)] == [False, True, False]
