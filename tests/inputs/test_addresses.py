import pytest

from messenger.models import User
from tests.rest import Rest


@pytest.mark.parametrize(
    "path", ["/api/", "/api", "/api/v4/nothing", "/api/v4/auth/login/more", "/api/v5/x", "/api/v4//"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_that_is_none_says_so(rest: Rest, path: str, method: str) -> None:
    status, answer = rest.call(method, path, None)

    assert (status, answer["code"]) == (404, "unknown_route")
    assert answer == {
        "success": False,
        "error": "There is nothing at this address.",
        "message": "There is nothing at this address.",
        "code": "unknown_route",
        "details": {},
    }


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/v4/auth/login", "POST"),
        ("PUT", "/api/v4/auth/me", "GET, PATCH"),
        ("DELETE", "/api/v4/auth/sessions", "GET"),
        ("OPTIONS", "/api/v4/auth/token", "POST"),
        ("TRACE", "/api/v4/auth/me", "GET, PATCH"),
    ],
)
def test_a_wrong_method_says_which_are_right(rest: Rest, method: str, path: str, allowed: str) -> None:
    status, answer = rest.call(method, path, None)

    assert (status, answer["code"]) == (405, "method_not_allowed")
    assert set(rest.last.headers["Allow"].split(", ")) - {"HEAD"} == set(allowed.split(", "))


def test_a_slash_at_the_end_redirects_nobody(rest: Rest, alice: User) -> None:
    answers = [
        rest.as_user(alice).patch(path, {"displayName": "A"})[0] for path in ("/api/v4/auth/me", "/api/v4/auth/me/")
    ]

    assert answers == [200, 200]


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*", "nonsense"])
def test_json_is_answered_whatever_is_asked_for(rest: Rest, accept: str) -> None:
    assert rest.get("/api/v4/auth/me?format=csv", Accept=accept)[0] == 200
    assert rest.last.headers["Content-Type"] == "application/json"
