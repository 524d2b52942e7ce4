import pytest

from messenger.models import User
from tests.rest import Rest

ME = "/api/v4/auth/me"


@pytest.mark.parametrize("path", ["/api/v4/csrf-token", "/api/v1/csrf-token", "/api/csrf-token", "/api/csrf-token/"])
def test_the_token_is_given_and_its_cookie_set(db: None, path: str) -> None:
    rest = Rest(csrf=False)

    status, answer = rest.get(path)

    cookie = rest.django.cookies["csrf"]
    assert status == 200
    assert set(answer) == {"success", "csrfToken", "token"}
    assert answer["csrfToken"] == answer["token"]
    assert (cookie["httponly"], cookie["samesite"]) == ("", "Lax")


@pytest.mark.parametrize("header", ["X-CSRF-Token", "CSRF-Token", "X-XSRF-Token", "X-CSRFToken"])
def test_each_of_its_headers_counts(rest: Rest, alice: User, header: str) -> None:
    token = rest.as_user(alice).headers.pop("X-CSRF-Token")

    status, _ = rest.patch(ME, {"displayName": "Alice"}, **{header.replace("-", "_"): token})

    assert status == 200


def test_the_cookies_own_value_counts_as_a_header(rest: Rest, alice: User) -> None:
    rest.as_user(alice).headers["X-CSRF-Token"] = rest.django.cookies["csrf"].value

    assert rest.patch(ME, {"displayName": "Alice"})[0] == 200


@pytest.mark.parametrize("token", [None, "", "wrong", "x" * 64, "é"])
def test_without_the_right_one_nothing_happens(rest: Rest, alice: User, token: str | None) -> None:
    rest.as_user(alice).headers.pop("X-CSRF-Token")
    if token is not None:
        rest.headers["X-CSRF-Token"] = token

    status, answer = rest.patch(ME, {"displayName": "Mallory"})

    assert (status, answer["code"]) == (403, "csrf_failed")
    assert User.objects.get().display_name == "Alice Martin"


def test_another_sites_form_is_refused_even_with_the_token(rest: Rest, alice: User) -> None:
    status, answer = rest.as_user(alice).patch(ME, {"displayName": "Mallory"}, Origin="https://evil.example")

    assert (status, answer["code"]) == (403, "csrf_failed")


def test_a_read_needs_none(rest: Rest, alice: User) -> None:
    rest.as_user(alice).headers.pop("X-CSRF-Token")

    assert rest.get("/api/v4/auth/sessions")[0] == 200
