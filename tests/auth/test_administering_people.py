import re
from typing import Any

import pytest
from django.test import Client

from messenger.events import Event, SessionEnded
from messenger.models import ApiClient, SignIn, User
from tests.conftest import PASSWORD
from tests.rest import Rest

PEOPLE = "/admin/messenger/user/"
CLIENTS = "/admin/messenger/apiclient/"


@pytest.fixture
def alices(alice: User) -> Rest:
    """Alice's browser."""
    return Rest().as_user(alice)


def _is_signed_in(rest: Rest) -> bool:
    return rest.get("/api/v4/auth/me")[1]["user"] is not None


@pytest.mark.parametrize(
    "page",
    [
        "",
        "messenger/user/",
        "messenger/user/add/",
        "messenger/signin/",
        "messenger/apiclient/",
        "messenger/apiclient/add/",
    ],
)
def test_every_page_opens(desk: Client, alices: Rest, page: str) -> None:
    assert desk.get(f"/admin/{page}").status_code == 200


def test_who_is_signed_out_is_sent_to_the_one_sign_in_page(db: None) -> None:
    answer = Client().get(PEOPLE, follow=True)

    assert answer.redirect_chain[-1] == ("/auth?redirect=%2Fadmin%2Fmessenger%2Fuser%2F", 302)


def test_who_is_no_admin_is_refused_and_not_sent_in_circles(alice: User) -> None:
    client = Client()
    client.force_login(alice)

    assert client.get(PEOPLE, follow=True).status_code == 403


def test_the_admins_own_login_form_is_gone(adam: User) -> None:
    client = Client()

    client.post("/admin/login/", {"username": adam.email, "password": PASSWORD})

    assert not SignIn.objects.exists()


def test_deactivating_signs_out_at_once(desk: Client, alices: Rest, alice: User, published: list[Event]) -> None:
    desk.post(f"{PEOPLE}deed/deactivate/?ids={alice.pk}", {"reason": "Left the company"})

    assert not _is_signed_in(alices)
    assert published == [SessionEnded(audience=(alice.pk,), sign_in_ids=None, reason="deactivated")]


def test_reactivating_lets_sign_in_again_and_revives_no_session(desk: Client, alices: Rest, alice: User) -> None:
    for deed in ("deactivate", "reactivate"):
        desk.post(f"{PEOPLE}deed/{deed}/?ids={alice.pk}", {"reason": "A mistake"})

    assert not _is_signed_in(alices)
    assert Rest().sign_in(alice.email, PASSWORD)[0] == 200


def test_a_new_password_signs_out_everywhere(desk: Client, alices: Rest, alice: User, published: list[Event]) -> None:
    new = {"password1": "a new and much longer password", "password2": "a new and much longer password"}

    answer = desk.post(f"{PEOPLE}{alice.pk}/password/", new)

    assert answer.status_code == 302
    assert not _is_signed_in(alices)
    assert [event.reason for event in published if isinstance(event, SessionEnded)] == ["password_changed"]
    assert Rest().sign_in(alice.email, new["password1"])[0] == 200


def test_a_new_role_signs_out_everywhere(desk: Client, alices: Rest, alice: User, published: list[Event]) -> None:
    answer = _change(desk, alice, role="supplier")

    alice.refresh_from_db()
    assert (answer.status_code, alice.role) == (302, "supplier")
    assert not _is_signed_in(alices)
    assert [event.reason for event in published if isinstance(event, SessionEnded)] == ["role_changed"]


def test_a_persons_fields_hold_what_they_may_hold_elsewhere_too(desk: Client, alice: User) -> None:
    odd = {"display_name": "a@b", "avatar": "https://evil.example/x.png", "locale": "??", "timezone": "Moon/Base"}

    page = _change(desk, alice, **odd)

    before = User.objects.filter(pk=alice.pk).values(*odd).get()
    assert (page.status_code, set(page.context["adminform"].form.errors)) == (200, set(odd))
    assert [name for name, value in odd.items() if before[name] == value] == []


def _change(desk: Client, person: User, **changes: object) -> Any:
    """Save a person's page with these changes."""
    page = desk.get(f"{PEOPLE}{person.pk}/change/")
    form = {name: value for name, value in page.context["adminform"].form.initial.items() if value not in (None, False)}
    return desk.post(f"{PEOPLE}{person.pk}/change/", {**form, "user_permissions": [], **changes})


def test_a_person_can_be_added_and_sign_in(desk: Client) -> None:
    desk.post(
        f"{PEOPLE}add/",
        {
            "email": "Erin@Example.com",
            "display_name": "Erin Evans",
            "role": "supplier",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )

    assert Rest().sign_in("erin@example.com", PASSWORD)[1]["user"]["role"] == "supplier"


def test_one_sign_in_can_be_ended(desk: Client, alices: Rest, alice: User, published: list[Event]) -> None:
    sign_in = SignIn.objects.get(user=alice)

    desk.post("/admin/messenger/signin/", {"action": "end", "_selected_action": [sign_in.pk]})

    assert not _is_signed_in(alices)
    assert published == [SessionEnded(audience=(alice.pk,), sign_in_ids=(sign_in.pk,), reason="ended_by_admin")]


def test_an_api_clients_key_is_shown_once(desk: Client, adam: User) -> None:
    page = desk.post(
        f"{CLIENTS}add/", {"name": "shop", "owner": adam.pk, "scopes": ["flow", "act-as"], "is_active": "on"}
    )

    key = _key_in(page.content.decode())
    client = ApiClient.objects.get()
    assert client.scopes == ["flow", "act-as"]
    assert Rest(csrf=False, token=key).get("/api/v4/auth/sessions")[0] == 200
    assert key not in desk.get(f"{CLIENTS}{client.pk}/change/").content.decode()
    assert page.headers["Cache-Control"].startswith("no-store")


def test_a_new_key_replaces_the_old_one(desk: Client, adam: User) -> None:
    first = _key_in(desk.post(f"{CLIENTS}add/", {"name": "shop", "owner": adam.pk, "is_active": "on"}).content.decode())
    chosen = {"action": "give_new_key", "_selected_action": [ApiClient.objects.get().pk]}

    second = _key_in(desk.post(CLIENTS, chosen).content.decode())

    statuses = [Rest(csrf=False, token=key).get("/api/v4/auth/sessions")[0] for key in (first, second)]
    assert statuses == [401, 200]


def _key_in(page: str) -> str:
    found = re.search(r'<code id="api-client-key">(msk_[\w-]{43})</code>', page)
    assert found is not None
    return found[1]
