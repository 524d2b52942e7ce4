import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.utils import timezone
from freezegun import freeze_time

from messenger.events import Event, SessionEnded
from messenger.models import SignIn, User
from tests.conftest import PASSWORD
from tests.rest import Rest

SESSIONS = "/api/v4/auth/sessions"


@pytest.fixture
def program(alice: User) -> Rest:
    """A client without cookies and CSRF."""
    return Rest(csrf=False)


def _tokens(program: Rest) -> dict[str, Any]:
    status, answer = program.post("/api/v4/auth/token", {"email": "alice@example.com", "password": PASSWORD})
    assert status == 200
    return answer


def _refresh(program: Rest, token: str) -> tuple[int, dict[str, Any]]:
    return program.post("/api/v4/auth/token/refresh", {"refresh": token})


def _status_with(program: Rest, token: str) -> int:
    return program.get(SESSIONS, Authorization=f"Bearer {token}")[0]


def test_a_pair_is_given_for_the_right_password_and_sets_no_cookie(program: Rest) -> None:
    pair = _tokens(program)

    assert set(pair) == {"success", "access", "refresh", "accessToken", "token", "user"}
    assert pair["access"] == pair["accessToken"] == pair["token"]
    assert pair["user"]["displayName"] == "Alice Martin"
    assert not program.django.cookies
    assert _status_with(program, pair["access"]) == 200


def test_a_wrong_password_buys_nothing(program: Rest) -> None:
    status, answer = program.post("/api/v4/auth/token", {"email": "alice@example.com", "password": "wrong"})

    assert (status, answer["code"]) == (401, "invalid_credentials")
    assert not SignIn.objects.exists()


def test_access_lasts_15_minutes_and_refresh_14_days(program: Rest) -> None:
    pair = _tokens(program)

    lasts = [_claims(pair[name])["exp"] - _claims(pair[name])["iat"] for name in ("access", "refresh")]

    assert lasts[0] == 15 * 60
    assert lasts[1] in (14 * 86400 - 1, 14 * 86400)


def test_an_expired_access_token_proves_nobody_and_its_refresh_token_still_works(program: Rest) -> None:
    pair = _tokens(program)

    with freeze_time(timezone.now() + timedelta(minutes=16)):
        assert _status_with(program, pair["access"]) == 401
        assert _status_with(program, _refresh(program, pair["refresh"])[1]["access"]) == 200


def test_a_refresh_token_that_comes_twice_ends_the_family(program: Rest, published: list[Event]) -> None:
    first = _tokens(program)
    second = _refresh(program, first["refresh"])[1]

    status, answer = _refresh(program, first["refresh"])

    assert (status, answer["code"]) == (401, "invalid_token")
    assert _refresh(program, second["refresh"])[0] == 401
    assert _status_with(program, second["access"]) == 401
    assert [event.reason for event in published if isinstance(event, SessionEnded)] == ["token_reused"]


def test_a_refresh_token_dies_after_14_days(program: Rest) -> None:
    pair = _tokens(program)

    with freeze_time(timezone.now() + timedelta(days=14, seconds=1)):
        assert _refresh(program, pair["refresh"])[0] == 401


def test_revoking_ends_the_family_and_its_sockets(program: Rest, alice: User, published: list[Event]) -> None:
    pair = _tokens(program)
    family = SignIn.objects.get()

    status, _ = program.post("/api/v4/auth/token/revoke", {"refresh": pair["refresh"]})

    assert status == 200
    assert _status_with(program, pair["access"]) == 401
    assert _refresh(program, pair["refresh"])[0] == 401
    assert published == [SessionEnded(audience=(alice.pk,), sign_in_ids=(family.pk,), reason="revoked")]


def test_revoking_twice_is_fine(program: Rest) -> None:
    pair = _tokens(program)

    answers = [program.post("/api/v4/auth/token/revoke", {"refresh": pair["refresh"]})[0] for _ in range(2)]

    assert answers == [200, 200]


def test_one_kind_of_token_is_not_the_other(program: Rest) -> None:
    pair = _tokens(program)

    assert _status_with(program, pair["refresh"]) == 401
    assert _refresh(program, pair["access"])[0] == 401


@pytest.mark.parametrize(
    "change",
    [
        {"sub": "999999"},
        {"sid": "999999"},
        {"sub": 1},
        {"sid": ["1"]},
        {"sub": "9" * 5000},
        {"use": "refresh"},
        {"exp": None},
        {"sid": None},
    ],
)
def test_a_signed_token_with_other_claims_proves_nobody(program: Rest, change: dict[str, object]) -> None:
    claims = {**_claims(_tokens(program)["access"]), **change}
    claims = {name: value for name, value in claims.items() if value is not None}

    token = jwt.PyJWS().encode(json.dumps(claims).encode(), settings.JWT_SECRET, "HS256")

    assert _status_with(program, token) == 401


@pytest.mark.parametrize("how", ["none", "other-secret", "HS512", "truncated", "swapped"])
def test_a_token_that_is_not_ours_proves_nobody(program: Rest, how: str) -> None:
    token = _tokens(program)["access"]
    claims = _claims(token)
    forged = {
        "none": jwt.encode(claims, "", "none"),
        "other-secret": jwt.encode(claims, "another secret of forty characters and more", "HS256"),
        "HS512": jwt.encode(claims, settings.JWT_SECRET.ljust(64, "x"), "HS512"),
        "truncated": token[:-4],
        "swapped": ".".join(reversed(token.split("."))),
    }[how]

    assert _status_with(program, forged) == 401


@pytest.mark.parametrize("body", [{}, {"refresh": None}, {"refresh": 5}, {"refresh": ["x"]}, {"refresh": "x" * 5000}])
@pytest.mark.parametrize("what", ["refresh", "revoke"])
def test_bad_input_is_refused(program: Rest, what: str, body: object) -> None:
    status, answer = program.post(f"/api/v4/auth/token/{what}", body)

    assert (status, answer["code"]) == (400, "validation_error")


def _claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})
