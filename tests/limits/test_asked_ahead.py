"""What is charged while something else happens costs what it would have cost, whatever comes in between."""

import time
import uuid

import pytest
from django.conf import LazySettings
from redis import Redis

from messenger.services import limits

WITHIN_S = 10.0


@pytest.fixture(autouse=True)
def _three_a_minute(settings: LazySettings) -> None:
    settings.MESSENGER_RATE_LIMIT_FREE_MESSAGES = [(3, 60)]
    limits.consume(kind="messages", demands=[(_somebody(), "free")])  # the script is known from here on


def _somebody() -> int:
    return uuid.uuid4().int % 2**50


def _used_by(user: int, settings: LazySettings) -> int:
    return int(Redis.from_url(settings.REDIS_URL).get(f"messenger:limit:messages:{user}:60") or 0)


def test_the_answer_is_there_when_it_is_asked_for(settings: LazySettings) -> None:
    alice = _somebody()

    charge = limits.begin(kind="messages", demands=[(alice, "free")] * 4)
    until = time.monotonic() + WITHIN_S
    while _used_by(alice, settings) < 3 and time.monotonic() < until:
        time.sleep(0.01)
    assert _used_by(alice, settings) == 3  # charged although nobody has waited for it

    assert [refusal is None for refusal in charge()] == [True, True, True, False]
    assert _used_by(alice, settings) == 3


def test_something_asked_in_between_gets_its_own_answer() -> None:
    alice, bob = _somebody(), _somebody()

    charge = limits.begin(kind="messages", demands=[(alice, "free")])
    between = limits.consume(kind="messages", demands=[(bob, "free")] * 4)

    assert [refusal is None for refusal in between] == [True, True, True, False]
    assert charge() == [None]


def test_an_answer_that_nobody_wanted_is_not_taken_for_the_next(settings: LazySettings) -> None:
    alice, bob = _somebody(), _somebody()

    limits.begin(kind="messages", demands=[(alice, "free")] * 4)  # what follows has failed

    assert limits.consume(kind="messages", demands=[(bob, "free")]) == [None]
    assert _used_by(bob, settings) == 1


def test_a_connection_that_was_cut_and_scripts_that_are_gone(settings: LazySettings) -> None:
    alice = _somebody()
    limits.consume(kind="messages", demands=[(alice, "free")])
    valkey = Redis.from_url(settings.REDIS_URL)
    valkey.script_flush()
    valkey.client_kill_filter(_type="normal", skipme=True)

    answers = limits.consume(kind="messages", demands=[(alice, "free")] * 3)

    assert [refusal is None for refusal in answers] == [True, True, False]


def test_a_valkey_that_hangs_is_not_asked_twice(settings: LazySettings) -> None:
    """After a time-out the use may have been counted; the process counts for itself and leaves Valkey alone."""
    valkey, name = Redis.from_url(settings.REDIS_URL), f"ahead-{uuid.uuid4().hex}"
    settings.REDIS_URL = f"{settings.REDIS_URL}{'&' if '?' in settings.REDIS_URL else '?'}client_name={name}"
    limits.consume(kind="messages", demands=[(_somebody(), "free")])
    assert name in [client["name"] for client in valkey.client_list()]

    valkey.client_pause(1_500, all=False)
    answers = limits.consume(kind="messages", demands=[(_somebody(), "free")] * 3)
    valkey.client_unpause()

    assert answers == [None] * 3
    assert name not in [client["name"] for client in valkey.client_list()]
