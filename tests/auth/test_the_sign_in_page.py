import re

import pytest
from django.test import Client

from messenger.models import SignIn, User
from tests.conftest import PASSWORD


@pytest.fixture
def browser(db: None) -> Client:
    """A browser without script, at the sign-in page."""
    return Client(enforce_csrf_checks=True)


def _submit(browser: Client, address: str, **fields: str) -> int:
    page = browser.get(address).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    return browser.post(address, {"csrfmiddlewaretoken": token[1], **fields}).status_code


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
