from messenger.events import Event, SessionEnded
from messenger.models import SignIn, User
from tests.conftest import PASSWORD
from tests.rest import Rest


def test_signing_out_ends_the_session_and_tells_its_sockets(rest: Rest, alice: User, published: list[Event]) -> None:
    rest.sign_in("alice@example.com", PASSWORD)
    sign_in = SignIn.objects.get()

    status, answer = rest.post("/api/v4/auth/logout")

    assert (status, answer["success"]) == (200, True)
    assert rest.get("/api/v4/auth/me")[1]["user"] is None
    assert published == [SessionEnded(audience=(alice.pk,), sign_in_ids=(sign_in.pk,), reason="signed_out")]


def test_the_old_cookie_proves_nobody_afterwards(rest: Rest, alice: User) -> None:
    rest.sign_in("alice@example.com", PASSWORD)
    cookie = rest.django.cookies["sessionid"].value
    rest.post("/api/v1/auth/logout")

    rest.django.cookies["sessionid"] = cookie

    assert rest.get("/api/v4/auth/sessions")[0] == 401


def test_signing_out_needs_the_csrf_token(rest: Rest, alice: User, published: list[Event]) -> None:
    rest.sign_in("alice@example.com", PASSWORD)
    del rest.headers["X-CSRF-Token"]

    status, answer = rest.post("/api/v4/auth/logout")

    assert (status, answer["code"]) == (403, "csrf_failed")
    assert published == []
    assert rest.get("/api/v4/auth/me")[1]["user"] is not None


def test_a_bearer_that_proves_nobody_leaves_the_cookies_session_alone(rest: Rest, alice: User) -> None:
    rest.sign_in("alice@example.com", PASSWORD)
    del rest.headers["X-CSRF-Token"]

    assert rest.post("/api/v4/auth/logout", Authorization="Bearer wrong")[0] == 200

    assert rest.get("/api/v4/auth/me")[1]["user"] is not None


def test_signing_out_twice_is_fine(rest: Rest, published: list[Event]) -> None:
    assert rest.post("/api/v4/auth/logout")[0] == 200
    assert published == []


def test_a_bearer_signs_its_whole_family_out(alice: User, published: list[Event]) -> None:
    rest = Rest(csrf=False)
    pair = rest.post("/api/v4/auth/token", {"email": "alice@example.com", "password": PASSWORD})[1]

    status, _ = rest.post("/api/v4/auth/logout", Authorization=f"Bearer {pair['access']}")

    assert status == 200
    assert rest.post("/api/v4/auth/token/refresh", {"refresh": pair["refresh"]})[0] == 401
    assert [type(event) for event in published] == [SessionEnded]
