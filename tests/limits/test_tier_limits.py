import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import LazySettings

from messenger.services import limits


@pytest.fixture(params=["valkey", "memory"])
def store(request: pytest.FixtureRequest, settings: LazySettings) -> str:
    if request.param == "memory":
        settings.REDIS_URL = "memory"
    settings.MESSENGER_RATE_LIMIT_FREE_MESSAGES = [(3, 60), (5, 86400)]
    settings.MESSENGER_RATE_LIMIT_PRO_MESSAGES = [(100, 60)]
    return str(request.param)


def _somebody() -> int:
    return uuid.uuid4().int % 2**50


def test_the_limit_lets_exactly_its_number_through(store: str) -> None:
    alice = _somebody()

    answers = limits.consume(kind="messages", demands=[(alice, "free")] * 5)

    assert [answer is None for answer in answers] == [True, True, True, False, False]


def test_a_refusal_says_limit_and_when_it_starts_anew(store: str) -> None:
    alice = _somebody()

    refusal = limits.consume(kind="messages", demands=[(alice, "free")] * 4)[3]

    assert refusal is not None
    assert (refusal.details["limit"], refusal.details["remaining"]) == (3, 0)
    assert 59 < refusal.retry_after <= 60


def test_each_person_and_tier_counts_alone(store: str) -> None:
    alice, bob = _somebody(), _somebody()

    answers = limits.consume(kind="messages", demands=[(alice, "free")] * 4 + [(bob, "pro")] * 4)

    assert [answer is None for answer in answers] == [True, True, True, False, True, True, True, True]


def test_threads_together_get_no_more_than_the_limit(store: str) -> None:
    alice = _somebody()

    with ThreadPoolExecutor(8) as threads:
        batches = list(threads.map(lambda _: limits.consume(kind="messages", demands=[(alice, "pro")] * 20), range(10)))

    assert sum(answer is None for batch in batches for answer in batch) == 100


def test_the_limits_can_be_switched_off(settings: LazySettings, store: str) -> None:
    settings.MESSENGER_RATE_LIMIT = "off"

    assert limits.consume(kind="messages", demands=[(_somebody(), "free")] * 50) == [None] * 50


def test_without_valkey_the_process_counts_for_itself(settings: LazySettings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.MESSENGER_RATE_LIMIT_FREE_MESSAGES = [(3, 60)]

    answers = limits.consume(kind="messages", demands=[(_somebody(), "free")] * 4)

    assert [answer is None for answer in answers] == [True, True, True, False]
