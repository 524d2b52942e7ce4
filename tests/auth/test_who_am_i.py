import pytest

from messenger.models import User
from tests.rest import Rest


@pytest.mark.parametrize("path", ["/api/v4/auth/me", "/api/v1/auth/me", "/api/v4/auth/me/"])
def test_who_is_signed_out_is_nobody_and_no_error(rest: Rest, path: str) -> None:
    assert rest.get(path) == (200, {"success": True, "user": None})


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "msk_unknown", "x" * 5000])
def test_a_wrong_token_is_nobody_and_no_error(rest: Rest, token: str) -> None:
    assert rest.get("/api/v4/auth/me", Authorization=f"Bearer {token}") == (200, {"success": True, "user": None})


def test_one_sees_the_own_address(rest: Rest, alice: User) -> None:
    assert rest.as_user(alice).get("/api/v4/auth/me")[1]["user"]["email"] == "alice@example.com"


def test_the_answer_is_kept_nowhere(rest: Rest) -> None:
    rest.get("/api/v4/auth/me")

    assert rest.last.headers["Cache-Control"] == "no-store"
