"""The contract's table "Signing in", called and refused row by row."""

import pytest

from tests.conftest import PASSWORD
from tests.contracts.cases import Case, check_refusal, check_success, name_of
from tests.contracts.situations import after, suspended
from tests.contracts.stage import Stage
from tests.ground.processes import PRODUCTION, run_python
from tests.rest import Rest

RIGHT = {"email": "alice@example.com", "password": PASSWORD}
WRONG = {**RIGHT, "password": "wrong"}
USER = {"id", "userId", "email", "displayName", "name", "firstName", "avatar", "avatarUrl", "role", "subscriptionTier"}
CHANGE = {"current": PASSWORD, "new": "another correct horse"}

SUCCESSES = (
    Case("getCsrfToken", "200", by="nobody", answer="csrfToken token"),
    Case("signIn", "200", RIGHT, by="nobody", answer="ok user"),
    Case("signIn", "200", {**RIGHT, "remember": True}, by="nobody", answer="ok user", why="remembered"),
    Case("signOut", "200", answer="ok"),
    Case("whoAmI", "200", answer="user"),
    Case("whoAmI", "200", by="nobody", answer="user", why="nobody"),
    Case("issueTokens", "200", RIGHT, by="nobody", answer="access refresh accessToken token user"),
    Case("listSessions", "200", answer="sessions"),
    Case("changeProfile", "200", {"displayName": "Alice M", "avatar": None, "locale": "en-GB",
                                  "timezone": "Europe/London", "presenceVisible": False}, answer="user"),
    Case("changePassword", "200", CHANGE),
)  # fmt: skip

REFUSALS = (
    Case("signIn", "401 invalid_credentials", WRONG, by="nobody", details=""),
    Case("signIn", "403 suspended", RIGHT, by="nobody", before=suspended, details="until reason"),
    Case("signIn", "429 rate_limited", RIGHT, by="nobody",
         before=after(Case("signIn", "", WRONG, by="nobody"), times=10, status=401)),
    Case("signIn", "400 validation_error", {"email": "alice@example.com"}, by="nobody", details="password"),
    Case("signIn", "400 validation_error", {**RIGHT, "remember": "yes"}, by="nobody", details="remember",
         why="remember"),
    Case("issueTokens", "401 invalid_credentials", WRONG, by="nobody", details=""),
    Case("issueTokens", "403 suspended", RIGHT, by="nobody", before=suspended, details="until reason"),
    Case("issueTokens", "429 rate_limited", RIGHT, by="nobody",
         before=after(Case("issueTokens", "", WRONG, by="nobody"), times=10, status=401)),
    Case("issueTokens", "400 validation_error", {"password": PASSWORD}, by="nobody", details="email"),
    Case("refreshTokens", "401 invalid_token", {"refresh": "no token"}, by="nobody", details=""),
    Case("refreshTokens", "400 validation_error", {}, by="nobody", details="refresh"),
    Case("revokeTokens", "401 invalid_token", {"refresh": "no token"}, by="nobody", details=""),
    Case("revokeTokens", "400 validation_error", {"refresh": 7}, by="nobody", details="refresh"),
    Case("endSession", "404 not_found", path={"signInId": "$absent"}, details=""),
    Case("changeProfile", "400 validation_error", {"displayName": "alice@example.com"}, details="displayName"),
    Case("changeProfile", "400 validation_error", {"presenceVisible": "no"}, details="presenceVisible", why="flag"),
    Case("changeProfile", "400 validation_error", {"timezone": "Mars/Base"}, details="timezone", why="timezone"),
    Case("changePassword", "401 invalid_credentials", {**CHANGE, "current": "wrong"}, details=""),
    Case("changePassword", "429 rate_limited", CHANGE,
         before=after(Case("changePassword", "", {**CHANGE, "current": "wrong"}), times=10, status=401)),
    Case("changePassword", "400 validation_error", {**CHANGE, "new": "short"}, details="new"),
)  # fmt: skip


@pytest.mark.parametrize("case", SUCCESSES, ids=name_of)
def test_it_is_answered_as_promised(stage: Stage, case: Case) -> None:
    check_success(stage, case)


@pytest.mark.parametrize("case", REFUSALS, ids=name_of)
def test_it_is_refused_as_promised(stage: Stage, case: Case) -> None:
    check_refusal(stage, case)


@pytest.mark.parametrize("path", ["/api/v4/auth/login", "/api/v1/auth/login", "/api/auth/login"])
def test_every_address_of_signing_in_answers_the_same(stage: Stage, path: str) -> None:
    rest = stage.client("nobody")

    status, answer = rest.post(path, RIGHT)

    assert (status, set(answer), answer["ok"], set(answer["user"])) == (200, {"success", "ok", "user"}, True, USER)
    assert rest.django.cookies["sessionid"]["httponly"]
    assert rest.django.cookies["sessionid"]["samesite"] == "Lax"


def test_the_cookies_are_secure_outside_debug() -> None:
    names = "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"
    code = f"import config.settings as s; print(*[getattr(s, name) for name in {names}])"

    assert run_python("-c", code, settings=PRODUCTION).stdout == "True True True\n"


@pytest.mark.parametrize("version", ["v4", "v1"])
def test_both_addresses_of_oneself_and_of_signing_out_answer(stage: Stage, version: str) -> None:
    rest = stage.client("alice")

    before = rest.get(f"/api/{version}/auth/me")
    signed_out = rest.post(f"/api/{version}/auth/logout")
    later = rest.get(f"/api/{version}/auth/me")

    assert (before[0], set(before[1]["user"])) == (200, USER)
    assert signed_out[0] == 200
    assert later == (200, {"success": True, "user": None})


def test_each_refresh_replaces_the_pair_and_a_used_or_revoked_one_is_refused(stage: Stage) -> None:
    rest = Rest(csrf=False)
    first = rest.post("/api/v4/auth/token", RIGHT)[1]

    status, second = rest.post("/api/v4/auth/token/refresh", {"refresh": first["refresh"]})
    revoked = rest.post("/api/v4/auth/token/revoke", {"refresh": second["refresh"]})
    later = rest.post("/api/v4/auth/token/refresh", {"refresh": second["refresh"]})

    assert (status, set(second)) == (200, set(first))
    assert second["refresh"] != first["refresh"]
    assert revoked == (200, {"success": True})
    assert (later[0], later[1]["code"]) == (401, "invalid_token")


def test_a_place_that_one_is_signed_in_at_can_be_ended(stage: Stage) -> None:
    here, there = stage.client("alice"), Rest().as_user(stage.people["alice"])
    (other,) = [place for place in here.get("/api/v4/auth/sessions")[1]["sessions"] if not place["isCurrent"]]

    answer = here.delete(f"/api/v4/auth/sessions/{other['id']}")

    assert answer == (200, {"success": True})
    assert there.get("/api/v4/auth/me")[1]["user"] is None
