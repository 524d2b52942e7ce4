import pytest
from django.conf import LazySettings

from messenger.models import SignIn, User
from tests.conftest import PASSWORD
from tests.rest import Rest

ALICE = {"email": "alice@example.com", "password": PASSWORD}


@pytest.mark.parametrize("path", ["/api/v4/auth/login", "/api/v1/auth/login", "/api/auth/login", "/api/v4/auth/login/"])
def test_the_right_password_signs_in_at_every_address(rest: Rest, alice: User, path: str) -> None:
    status, answer = rest.post(path, ALICE)

    assert status == 200
    assert answer == {
        "success": True,
        "ok": True,
        "user": {
            "id": str(alice.pk),
            "userId": str(alice.pk),
            "displayName": "Alice Martin",
            "name": "Alice Martin",
            "firstName": "Alice",
            "avatar": None,
            "avatarUrl": None,
            "role": "customer",
            "subscriptionTier": "free",
            "email": "alice@example.com",
        },
    }
    assert rest.get("/api/v4/auth/me")[1]["user"]["id"] == str(alice.pk)


def test_the_address_may_be_spelled_in_capitals_and_with_blanks(rest: Rest, alice: User) -> None:
    assert rest.sign_in(" Alice@Example.COM ", PASSWORD)[0] == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [("alice@example.com", "wrong"), ("nobody@example.com", PASSWORD), ("alice@example.com", PASSWORD + " ")],
)
def test_a_wrong_pair_is_refused_without_telling_which(rest: Rest, alice: User, email: str, password: str) -> None:
    status, answer = rest.sign_in(email, password)

    assert (status, answer["code"]) == (401, "invalid_credentials")
    assert answer["error"] == answer["message"] == "The e-mail address or the password is wrong."
    assert "sessionid" not in rest.django.cookies
    assert not SignIn.objects.exists()


def test_a_deactivated_account_cannot_sign_in(rest: Rest, alice: User) -> None:
    User.objects.update(is_active=False)

    assert rest.sign_in(**ALICE)[1]["code"] == "invalid_credentials"


def test_the_cookie_is_out_of_reach_of_scripts(rest: Rest, alice: User, settings: LazySettings) -> None:
    settings.SESSION_COOKIE_SECURE = True

    rest.sign_in(**ALICE)

    cookie = rest.django.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)


@pytest.mark.parametrize(("remember", "max_age"), [(True, 30 * 24 * 3600), (False, "")])
def test_remember_decides_how_long_the_cookie_lasts(
    rest: Rest, alice: User, remember: bool, max_age: int | str
) -> None:
    rest.sign_in(**ALICE, remember=remember)

    assert rest.django.cookies["sessionid"]["max-age"] == max_age


def test_signing_in_needs_the_csrf_token(alice: User) -> None:
    rest = Rest(csrf=False)

    status, answer = rest.sign_in(**ALICE)

    assert (status, answer["code"]) == (403, "csrf_failed")
    assert not SignIn.objects.exists()


def test_signing_in_changes_the_session_key(rest: Rest, alice: User, bob: User) -> None:
    rest.sign_in(**ALICE)
    first = rest.django.cookies["sessionid"].value

    rest.sign_in("bob@example.com", PASSWORD)

    assert rest.django.cookies["sessionid"].value != first
    assert list(SignIn.objects.order_by("pk").values_list("user_id", "end_reason")) == [
        (alice.pk, "signed_out"),
        (bob.pk, ""),
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"email": "alice@example.com"}, "password"),
        ({"email": ["alice@example.com"], "password": "x"}, "email"),
        ({"email": "alice@example.com", "password": 12345}, "password"),
        ({"email": "alice@example.com", "password": "x\0"}, "password"),
        ({"email": "a" * 300, "password": "x"}, "email"),
        ({"email": "alice@example.com", "password": "x", "remember": "yes"}, "remember"),
    ],
)
def test_bad_input_is_named(rest: Rest, alice: User, body: object, field: str) -> None:
    status, answer = rest.post("/api/v4/auth/login", body)

    assert (status, answer["code"]) == (400, "validation_error")
    assert field in answer["details"] or answer["details"] == {"body": ["NUL is not allowed."]}


def test_a_suspended_person_is_told_so(rest: Rest, alice: User) -> None:
    User.objects.update(suspended_until="2999-01-01T00:00:00Z", suspension_reason="Spam")

    status, answer = rest.sign_in(**ALICE)

    assert (status, answer["code"]) == (403, "suspended")
    assert answer["details"] == {"until": "2999-01-01T00:00:00.000Z", "reason": "Spam"}
