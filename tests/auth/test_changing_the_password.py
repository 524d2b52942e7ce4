from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection

from messenger.events import Event, SessionEnded
from messenger.models import SignIn, User
from tests.conftest import PASSWORD
from tests.rest import Rest

NEW = "a new and much longer password"
SESSIONS = "/api/v4/auth/sessions"


def _signed_in(user: User) -> Rest:
    rest = Rest()
    assert rest.sign_in(user.email, PASSWORD)[0] == 200
    return rest


def _change(rest: Rest, current: str = PASSWORD, new: str = NEW) -> tuple[int, dict[str, object]]:
    return rest.post("/api/v4/auth/password", {"current": current, "new": new})


def test_the_other_sessions_and_tokens_end_and_this_one_stays(alice: User, published: list[Event]) -> None:
    there = _signed_in(alice)
    pair = Rest(csrf=False).post("/api/v4/auth/token", {"email": alice.email, "password": PASSWORD})[1]
    here = _signed_in(alice)
    here_id = SignIn.objects.latest("pk").pk

    status, _ = _change(here)

    assert status == 200
    assert [rest.get(SESSIONS)[0] for rest in (here, there, Rest(token=pair["access"]))] == [200, 401, 401]
    assert Rest(csrf=False).post("/api/v4/auth/token/refresh", {"refresh": pair["refresh"]})[0] == 401
    assert published == [
        SessionEnded(audience=(alice.pk,), sign_in_ids=None, reason="password_changed", except_sign_in_id=here_id)
    ]


def test_only_the_new_password_signs_in_afterwards(alice: User) -> None:
    _change(_signed_in(alice))

    assert Rest().sign_in(alice.email, PASSWORD)[0] == 401
    assert Rest().sign_in(alice.email, NEW)[0] == 200


def test_who_changes_it_by_token_keeps_the_token(alice: User) -> None:
    pair = Rest(csrf=False).post("/api/v4/auth/token", {"email": alice.email, "password": PASSWORD})[1]
    program = Rest(csrf=False, token=pair["access"])

    _change(program)

    assert program.get(SESSIONS)[0] == 200


def test_a_wrong_current_password_changes_nothing(alice: User, published: list[Event]) -> None:
    status, answer = _change(_signed_in(alice), current="wrong")

    assert (status, answer["code"]) == (401, "invalid_credentials")
    assert Rest().sign_in(alice.email, PASSWORD)[0] == 200
    assert published == []


@pytest.mark.parametrize("new", ["short", "password123", "alice@example.com", ""])
def test_a_weak_password_is_refused_at_its_field(alice: User, published: list[Event], new: str) -> None:
    status, answer = _change(_signed_in(alice), new=new)

    assert (status, answer["code"], list(answer["details"])) == (400, "validation_error", ["new"])  # type: ignore[call-overload]  # JSON
    assert published == []


def test_it_is_for_the_signed_in(rest: Rest, alice: User) -> None:
    assert _change(rest)[0] == 401


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_once_one_wins(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    clients, both_are_here, verify = [_signed_in(alice), _signed_in(alice)], Barrier(2), MD5PasswordHasher.verify

    def verify_together(hasher: MD5PasswordHasher, password: str, encoded: str) -> bool:
        both_are_here.wait(timeout=10)
        return verify(hasher, password, encoded)

    def change(number: int) -> int:
        try:
            return _change(clients[number], new=f"{NEW} {number}")[0]
        finally:
            connection.close()

    with monkeypatch.context() as slower, ThreadPoolExecutor(2) as threads:
        slower.setattr(MD5PasswordHasher, "verify", verify_together)
        statuses = list(threads.map(change, range(2)))

    assert sorted(statuses) == [200, 401]
    assert [Rest().sign_in(alice.email, f"{NEW} {number}")[0] for number in range(2)] == statuses
