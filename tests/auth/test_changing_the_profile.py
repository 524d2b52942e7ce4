import pytest

from messenger.models import User
from messenger.services.profiles import ProfileChanges, change_profile
from tests.rest import Rest

ME = "/api/v4/auth/me"


def test_every_field_can_be_changed(rest: Rest, alice: User) -> None:
    status, answer = rest.as_user(alice).patch(
        ME,
        {
            "displayName": "  Alice   M. ",
            "avatar": "/media/avatars/alice.png",
            "locale": "de-AT",
            "timezone": "Europe/Vienna",
            "presenceVisible": False,
        },
    )

    alice.refresh_from_db()
    assert (status, answer["user"]["displayName"], answer["user"]["avatarUrl"]) == (
        200,
        "Alice M.",
        "/media/avatars/alice.png",
    )
    assert (alice.locale, alice.timezone, alice.presence_visible) == ("de-AT", "Europe/Vienna", False)


def test_null_takes_the_picture_away_and_leaves_the_rest(rest: Rest, alice: User) -> None:
    User.objects.update(avatar="/media/avatars/alice.png")

    rest.as_user(alice).patch(ME, {"avatar": None})

    alice.refresh_from_db()
    assert (alice.avatar, alice.display_name) == ("", "Alice Martin")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u202eecilA\u202c", "ecilA"),
        ("Alice \u2067 M.\u2069", "Alice M."),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("أليس", "أليس"),
    ],
)
def test_a_name_cannot_turn_the_line_around(rest: Rest, alice: User, typed: str, kept: str) -> None:
    status, answer = rest.as_user(alice).patch(ME, {"displayName": typed})

    assert (status, answer["user"]["displayName"]) == (200, kept)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("displayName", ""),
        ("displayName", "   "),
        ("displayName", "\u200b\u2060"),
        ("displayName", "\u3164"),
        ("displayName", "\u202e"),
        ("displayName", "alice@example.com"),
        ("displayName", "call me a.l@x"),
        ("displayName", "x" * 101),
        ("displayName", "bell\u0007"),
        ("displayName", 7),
        ("avatar", "https://evil.example/pixel.png"),
        ("avatar", "//evil.example/pixel.png"),
        ("avatar", "/\\evil.example/pixel.png"),
        ("avatar", "javascript:alert(1)"),
        ("avatar", "/" + "x" * 300),
        ("locale", "de_AT; DROP"),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
        ("presenceVisible", "false"),
        ("presenceVisible", 0),
        ("role", "admin"),
        ("email", "alice@elsewhere.example"),
        ("subscriptionTier", "pro"),
    ],
)
def test_what_cannot_be_is_named_and_changes_nothing(rest: Rest, alice: User, field: str, value: object) -> None:
    rest.as_user(alice)
    before = User.objects.values().get()

    status, answer = rest.patch(ME, {field: value})

    assert (status, answer["code"], list(answer["details"])) == (400, "validation_error", [field])
    assert User.objects.values().get() == before


def test_a_name_is_not_what_stands_before_the_at(rest: Rest, db: None) -> None:
    dora = User.objects.create_user("dora.k77@example.com", "x", display_name="Dora")

    assert rest.as_user(dora).patch(ME, {"displayName": "Dora.K77"})[0] == 400


def test_a_plain_first_name_is_fine_even_if_the_address_begins_with_it(rest: Rest, alice: User) -> None:
    assert rest.as_user(alice).patch(ME, {"displayName": "Alice"})[0] == 200


def test_it_is_for_the_signed_in(rest: Rest, alice: User) -> None:
    status, answer = rest.patch(ME, {"displayName": "Mallory"})

    assert (status, answer["code"]) == (401, "unauthenticated")
    assert rest.last.headers["WWW-Authenticate"] == 'Bearer realm="messenger"'


def test_two_devices_at_once_change_a_field_each(alice: User) -> None:
    here, there = User.objects.get(pk=alice.pk), User.objects.get(pk=alice.pk)

    change_profile(user=here, changes=ProfileChanges(display_name="Alice M."))
    change_profile(user=there, changes=ProfileChanges(locale="de"))

    alice.refresh_from_db()
    assert (alice.display_name, alice.locale) == ("Alice M.", "de")
