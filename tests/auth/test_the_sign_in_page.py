import re
from datetime import datetime

import pytest
from django.test import Client

from messenger.models import SignIn, User
from messenger.selectors.access import SUSPENDED_FOR_GOOD
from tests.conftest import PASSWORD


@pytest.fixture
def browser(db: None) -> Client:
    """A browser without script, at the sign-in page."""
    return Client(enforce_csrf_checks=True)


def _submit(browser: Client, address: str, **fields: str) -> int:
    return browser.post(address, {"csrfmiddlewaretoken": _token_at(browser, address), **fields}).status_code


def _token_at(browser: Client, address: str) -> str:
    page = browser.get(address).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    return token[1]


def test_signing_in_there_is_a_sign_in_like_any_other(browser: Client, alice: User) -> None:
    status = _submit(browser, "/auth?mode=signin", email="alice@example.com", password=PASSWORD)

    assert status == 302
    assert SignIn.objects.get().user == alice
    assert browser.get("/api/v4/auth/me").json()["user"]["id"] == str(alice.pk)


def test_the_csrf_token_changes_with_who_is_signed_in(browser: Client, alice: User) -> None:
    browser.get("/auth")
    before = browser.cookies["csrf"].value

    _submit(browser, "/auth?mode=signin", email="alice@example.com", password=PASSWORD)

    assert browser.cookies["csrf"].value != before


def test_without_the_token_nobody_is_signed_in(browser: Client, alice: User) -> None:
    status = browser.post("/auth", {"email": "alice@example.com", "password": PASSWORD}).status_code

    assert status == 403
    assert not SignIn.objects.exists()


def test_a_wrong_password_says_so_and_signs_nobody_in(browser: Client, alice: User) -> None:
    assert _submit(browser, "/auth?mode=signin", email="alice@example.com", password="wrong") == 401
    assert not SignIn.objects.exists()


def test_who_guesses_is_told_when_to_try_again(browser: Client, alice: User) -> None:
    guess = {"email": "alice@example.com", "password": "wrong", "csrfmiddlewaretoken": _token_at(browser, "/auth")}

    answers = [browser.post("/auth", guess) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 3600


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        ("2999-01-01T12:00:00Z", "Your account is suspended until 1 January 2999, 12:00 UTC. Reason: Threats"),
        (SUSPENDED_FOR_GOOD, "Your account is suspended until a moderator lifts it. Reason: Threats"),
    ],
)
def test_a_suspended_person_reads_until_when_and_why(
    browser: Client, alice: User, until: str | datetime, sentence: str
) -> None:
    User.objects.update(suspended_until=until, suspension_reason="Threats")
    page = browser.get("/auth").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None

    given = {"csrfmiddlewaretoken": token[1], "email": "alice@example.com", "password": PASSWORD}
    answer = browser.post("/auth", given)

    assert answer.status_code == 403
    assert f'role="alert">{sentence}</p>' in answer.content.decode()
