import pytest

from messenger.realtime.protocol.engineio import Malformed, Rules
from messenger.realtime.protocol.sessions import Session


@pytest.fixture
def session() -> Session:
    return Session(sid="s", transport="polling", rules=Rules(), now=0.0)


def test_the_probe_is_answered_and_the_upgrade_taken(session: Session) -> None:
    assert session.begin_upgrade() is True
    assert session.receive_upgrading("2probe") == "3probe"
    assert session.transport == "polling"

    assert session.receive_upgrading("5") is None

    assert (session.transport, session.is_upgrading) == ("websocket", False)


def test_the_poll_that_waits_at_the_probe_gets_a_noop(session: Session) -> None:
    session.begin_poll()
    session.begin_upgrade()
    assert session.poll_answer() is None

    session.receive_upgrading("2probe")

    assert session.poll_answer() == b"6"


def test_what_waits_goes_to_the_poll_rather_than_a_noop(session: Session) -> None:
    session.begin_upgrade()
    session.receive_upgrading("2probe")
    session.send("4hello")

    assert session.poll_answer() == b"4hello"


def test_after_the_upgrade_there_is_no_noop_and_nothing_is_lost(session: Session) -> None:
    session.begin_upgrade()
    session.receive_upgrading("2probe")
    session.send("4hello")
    session.receive_upgrading("5")

    assert [session.packets.take(), session.packets.take()] == ["4hello", None]


@pytest.mark.parametrize("texts", [["5"], ["4hello"], ["2"], ["2probe", "4hello"], ["2probe", "3"], [""]])
def test_anything_but_probe_and_upgrade_breaks_the_upgrade_off(session: Session, texts: list[str]) -> None:
    session.begin_upgrade()
    for text in texts[:-1]:
        session.receive_upgrading(text)

    with pytest.raises(Malformed):
        session.receive_upgrading(texts[-1])
    session.abandon_upgrade()

    assert (session.transport, session.state) == ("polling", "open")


def test_a_second_socket_at_once_and_a_late_one_are_turned_away(session: Session) -> None:
    session.begin_upgrade()
    assert session.begin_upgrade() is False

    session.receive_upgrading("2probe")
    session.receive_upgrading("5")

    assert session.begin_upgrade() is False


def test_after_an_abandoned_upgrade_another_may_be_tried(session: Session) -> None:
    session.begin_upgrade()
    session.abandon_upgrade()

    assert session.begin_upgrade() is True
