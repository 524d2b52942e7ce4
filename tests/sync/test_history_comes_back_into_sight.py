import pytest
from django.conf import LazySettings

from messenger.models import User
from tests.rest import Rest
from tests.sync.households import Household
from tests.talks import CONVERSATIONS, M, open_group, say


@pytest.fixture(autouse=True)
def _no_limits(settings: LazySettings) -> None:
    settings.MESSENGER_RATE_LIMIT = "off"


@pytest.fixture
def group(as_alice: Rest, bob: User, carol: User) -> str:
    """Carol came after the third message."""
    place = open_group(as_alice, bob)
    old = [say(as_alice, place, f"Before carol {number}") for number in range(3)]
    add(as_alice, place, carol)
    say(as_alice, place, "Welcome", replyTo=old[0]["id"])
    return place


def add(client: Rest, place: str, person: User, **how: bool) -> None:
    status, answer = client.post(f"{CONVERSATIONS}/{place}/participants", {"userIds": [person.pk], **how})
    assert status == 200, answer


def seat_anew(client: Rest, place: str, person: User, *, share_history: bool) -> None:
    assert client.delete(f"{CONVERSATIONS}/{place}/participants/{person.pk}")[0] == 200
    add(client, place, person, shareHistory=share_history)


def held(home: Household, place: str) -> list[int]:
    return sorted(home.copy.copies[place].messages.rows)


def test_who_is_added_anew_with_the_history_gets_what_was_hidden(as_alice: Rest, carol: User, group: str) -> None:
    home = Household(carol)
    before = held(home, group)
    seat_anew(as_alice, group, carol, share_history=True)

    home.sync()

    assert (before, held(home, group)) == ([4, 5], [1, 2, 3, 4, 5, 6, 7])
    assert home.copy.copies[group].messages.rows[5]["replyTo"]["content"] == "Before carol 0"
    assert home.differences() == []
    assert home.sync() == 1


def test_a_long_history_comes_as_that_of_a_new_conversation(as_alice: Rest, carol: User, group: str) -> None:
    home = Household(carol)
    for number in range(60):
        say(as_alice, group, f"More {number}")
    seat_anew(as_alice, group, carol, share_history=True)

    home.sync()

    assert held(home, group) == list(range(18, 68))
    assert home.differences() == []


def test_who_saw_everything_before_gets_only_what_changed(as_alice: Rest, bob: User, group: str) -> None:
    home = Household(bob)
    for number in range(60):
        say(as_alice, group, f"More {number}")
    seat_anew(as_alice, group, bob, share_history=True)

    home.sync()

    assert held(home, group) == list(range(1, 68))
    assert home.differences() == []


def test_who_is_added_anew_without_the_history_loses_it(as_alice: Rest, bob: User, group: str) -> None:
    home = Household(bob)
    seat_anew(as_alice, group, bob, share_history=False)

    home.sync()

    assert held(home, group) == [7]
    assert home.differences() == []


@pytest.mark.parametrize("repeats_first", [False, True])
def test_it_comes_between_two_pages_of_one_answer(as_alice: Rest, carol: User, group: str, repeats_first: bool) -> None:
    home = Household(carol)
    for number in range(60):
        say(as_alice, group, f"More {number}")
    steps = home.copy.catch_up(limit=20, repeats_first=repeats_first)
    _, first = home.rest.post(f"{M}/sync", next(steps))
    seat_anew(as_alice, group, carol, share_history=True)

    home.walk(steps, steps.send(first))

    assert home.differences() == []
    assert home.sync() == 1
