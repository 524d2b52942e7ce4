from collections.abc import Iterator

import pytest

from messenger import bus
from messenger.events import Event, TypingChanged
from messenger.models import User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, open_direct, open_group


@pytest.fixture
def told() -> Iterator[list[Event]]:
    """What is told without being stored."""
    events: list[Event] = []
    reactor = events.extend
    bus.connect(reactor)
    yield events
    bus.disconnect(reactor)


@pytest.fixture
def conversation_id(as_alice: Rest, bob: User) -> str:
    return open_direct(as_alice, bob)


def test_the_others_are_told_and_the_typist_is_not(
    as_alice: Rest, alice: User, bob: User, conversation_id: str, told: list[Event]
) -> None:
    assert as_alice.post(f"{CONVERSATIONS}/{conversation_id}/typing") == (200, {"success": True})

    (event,) = told
    assert isinstance(event, TypingChanged)
    assert (event.audience, event.user_id, event.user_name) == ((bob.pk,), alice.pk, "Alice Martin")
    assert event.is_typing is True


def test_the_bare_route_says_the_same(as_alice: Rest, conversation_id: str, told: list[Event]) -> None:
    body = {"conversationId": conversation_id, "isTyping": False}

    assert as_alice.post(f"{M}/typing/", body) == (200, {"success": True})

    assert [event.is_typing for event in told if isinstance(event, TypingChanged)] == [False]


def test_at_most_one_event_a_second_leaves(as_alice: Rest, conversation_id: str, told: list[Event]) -> None:
    statuses = [as_alice.post(f"{CONVERSATIONS}/{conversation_id}/typing")[0] for _ in range(10)]

    assert statuses == [200] * 10
    assert len(told) == 1


def test_everybody_has_a_pace_of_their_own(
    as_alice: Rest, as_bob: Rest, bob: User, carol: User, told: list[Event]
) -> None:
    group_id = open_group(as_alice, bob, carol)

    as_alice.post(f"{CONVERSATIONS}/{group_id}/typing")
    as_bob.post(f"{CONVERSATIONS}/{group_id}/typing")

    assert [len(event.audience) for event in told if isinstance(event, TypingChanged)] == [2, 2]


def test_an_outsider_types_for_nobody(as_mallory: Rest, conversation_id: str, told: list[Event]) -> None:
    assert as_mallory.post(f"{CONVERSATIONS}/{conversation_id}/typing")[0] == 404
    assert as_mallory.post(f"{M}/typing", {"conversationId": conversation_id})[0] == 404
    assert told == []


def test_typing_obeys_the_gate_of_sending(
    as_alice: Rest, as_bob: Rest, alice: User, conversation_id: str, told: list[Event]
) -> None:
    as_bob.post(f"{M}/blocks", {"userId": alice.pk})
    told.clear()

    status, answer = as_alice.post(f"{CONVERSATIONS}/{conversation_id}/typing")

    assert (status, answer["code"]) == (403, "cannot_message")
    assert told == []


@pytest.mark.parametrize("body", [{"isTyping": "yes"}, {"isTyping": 1}, {}, {"conversationId": "x"}])
def test_what_makes_no_sense_is_refused(as_alice: Rest, body: object, told: list[Event]) -> None:
    assert as_alice.post(f"{M}/typing", body)[0] == 400
    assert told == []
