import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import make_password

from messenger.errors import InvalidCredentials, RateLimited
from messenger.models import User
from messenger.services.credentials import check_own_password, prove_person
from messenger.services.sign_ins import Caller
from messenger.services.tries import begin_try, forgive
from tests.conftest import PASSWORD
from tests.rest import Rest

AT_ONCE = 16


@pytest.fixture(params=["valkey", "memory"])
def address(request: pytest.FixtureRequest, settings: LazySettings) -> str:
    """An address that nobody has tried from yet, with the tries counted in Valkey and in the process."""
    if request.param == "memory":
        settings.REDIS_URL = "memory"
    number = uuid.uuid4().int
    return f"10.{number % 251}.{number // 251 % 251}.{number // 63001 % 251}"


def test_after_ten_failures_even_the_right_password_waits(alice: User, address: str) -> None:
    rest = Rest(address=address)

    statuses = [rest.sign_in(alice.email, "wrong")[0] for _ in range(10)]
    status, answer = rest.sign_in(alice.email, PASSWORD)

    assert statuses == [401] * 10
    assert (status, answer["code"]) == (429, "rate_limited")
    assert set(answer["details"]) == {"limit", "remaining", "resetAt"}
    assert (answer["details"]["limit"], answer["details"]["remaining"]) == (10, 0)
    assert 290 <= int(rest.last.headers["Retry-After"]) <= 300


def test_it_is_as_slow_for_accounts_that_are_not_there(db: None, address: str) -> None:
    rest = Rest(address=address)

    statuses = [rest.sign_in("nobody@example.com", "wrong")[0] for _ in range(11)]

    assert statuses == [401] * 10 + [429]


def test_the_account_is_free_from_another_address(alice: User, address: str) -> None:
    for _ in range(11):
        Rest(address=address).sign_in(alice.email, "wrong")

    assert Rest(address="192.0.2.200").sign_in(alice.email, PASSWORD)[0] == 200


def test_success_does_not_count(alice: User, address: str) -> None:
    rest = Rest(address=address)

    assert [rest.sign_in(alice.email, PASSWORD)[0] for _ in range(12)] == [200] * 12


def test_right_ones_at_once_are_no_failures(settings: LazySettings, address: str) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    alice, start = User(email="alice@example.com", password=make_password(PASSWORD)), Barrier(AT_ONCE)

    def attempt(_: int) -> None:
        start.wait()
        check_own_password(user=alice, password=PASSWORD, caller=Caller(address=address))

    with ThreadPoolExecutor(AT_ONCE) as threads:
        assert list(threads.map(attempt, range(AT_ONCE))) == [None] * AT_ONCE


def test_spelling_the_address_differently_makes_no_new_account(alice: User, address: str) -> None:
    rest = Rest(address=address)

    statuses = [rest.sign_in(email, "wrong")[0] for email in ("Alice@example.com", " alice@EXAMPLE.com ") * 5]

    assert statuses == [401] * 10
    assert rest.sign_in("alice@example.com", "wrong")[0] == 429


def test_one_address_has_a_hundred_failures_for_all_accounts(db: None, address: str) -> None:
    caller = Caller(address=address)
    for number in range(100):
        begin_try(account=f"{number}@example.com", caller=caller)

    with pytest.raises(RateLimited) as refused:
        begin_try(account="101@example.com", caller=caller)

    assert refused.value.details["limit"] == 100


def test_an_ipv6_network_counts_as_one_address(db: None, address: str) -> None:
    network = ":".join(f"{part:x}" for part in (0x2001, 0xDB8, *map(int, address.split(".")[1:3])))
    for number in range(10):
        begin_try(account="alice@example.com", caller=Caller(address=f"{network}::{number:x}"))

    with pytest.raises(RateLimited):
        begin_try(account="alice@example.com", caller=Caller(address=f"{network}:ffff::1"))


def test_tries_at_once_count_as_many(db: None, address: str) -> None:
    caller = Caller(address=address)

    def attempt(_: int) -> bool:
        try:
            begin_try(account="alice@example.com", caller=caller)
        except RateLimited:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(50))) == 10


def test_a_forgiven_try_leaves_no_debt_and_no_credit(db: None, address: str) -> None:
    caller = Caller(address=address)
    for _ in range(3):
        forgive(begin_try(account="alice@example.com", caller=caller))

    for _ in range(10):
        begin_try(account="alice@example.com", caller=caller)
    with pytest.raises(RateLimited):
        begin_try(account="alice@example.com", caller=caller)


def test_asking_for_the_own_password_again_counts_too(alice: User, address: str) -> None:
    rest = Rest(address=address).as_user(alice)
    body = {"current": "wrong", "new": "a new and much longer password"}

    statuses = [rest.post("/api/v4/auth/password", body)[0] for _ in range(11)]

    assert statuses == [401] * 10 + [429]


def test_an_unknown_account_takes_as_long_as_a_known_one(db: None, settings: LazySettings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    User.objects.create_user("alice@example.com", PASSWORD, display_name="Alice Martin")

    pairs = [(_seconds_of("alice@example.com", turn), _seconds_of("nobody@example.com", turn)) for turn in range(7)]
    known, unknown = (min(times) for times in zip(*pairs, strict=True))

    assert 0.6 < known / unknown < 1.7


def _seconds_of(email: str, turn: int) -> float:
    start = time.perf_counter()
    with pytest.raises(InvalidCredentials):
        prove_person(email=email, password="wrong", caller=Caller(address=f"192.0.2.{turn}"))
    return time.perf_counter() - start
