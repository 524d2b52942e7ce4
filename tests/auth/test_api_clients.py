import pytest

from messenger.models import ApiClient, User
from messenger.services.api_clients import create_client, replace_key
from tests.rest import Rest

ME = "/api/v4/auth/me"
SESSIONS = "/api/v4/auth/sessions"


def _program(owner: User, *scopes: str) -> Rest:
    return Rest(csrf=False, token=create_client(name="shop", owner=owner, scopes=list(scopes))[1])


def _who(answer: tuple[int, dict[str, object]]) -> object:
    return answer[1]["user"]["id"]  # type: ignore[index]  # JSON


def test_a_key_is_shown_once_and_stored_as_a_hash(adam: User) -> None:
    client, key = create_client(name="shop", owner=adam, scopes=["flow"])

    assert key.startswith("msk_")
    assert len(key) == 47
    assert key not in str(ApiClient.objects.values().get())
    assert client.token_prefix == key[:12]


def test_a_client_speaks_for_its_owner_without_csrf(adam: User) -> None:
    program = _program(adam)

    assert _who(program.get(ME)) == str(adam.pk)
    assert program.patch(ME, {"displayName": "Adam A."})[0] == 200


def test_with_the_scope_it_speaks_for_whom_it_names(adam: User, alice: User) -> None:
    assert _who(_program(adam, "act-as").get(ME, X_Act_As=str(alice.pk))) == str(alice.pk)


@pytest.mark.parametrize("scopes", [[], ["flow", "notify", "read:admin"]])
def test_without_the_scope_it_speaks_for_nobody_else(adam: User, alice: User, scopes: list[str]) -> None:
    status, answer = _program(adam, *scopes).get(ME, X_Act_As=str(alice.pk))

    assert (status, answer["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("named", ["999999", "0", "-1", "nonsense", "9" * 5000, "1; DROP"])
def test_nobody_is_nobody(adam: User, named: str) -> None:
    assert _program(adam, "act-as").get(ME, X_Act_As=named)[1]["code"] == "not_allowed"


def test_who_is_deactivated_is_not_acted_for(adam: User, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert _program(adam, "act-as").get(ME, X_Act_As=str(alice.pk))[0] == 403


def test_no_client_becomes_an_administrator(bob: User, adam: User) -> None:
    assert _program(bob, "act-as").get(ME, X_Act_As=str(adam.pk))[0] == 403


def test_a_person_acts_for_nobody(alice: User, bob: User) -> None:
    status, answer = Rest().as_user(alice).get(SESSIONS, X_Act_As=str(bob.pk))

    assert (status, answer["code"]) == (403, "not_allowed")


def test_a_client_that_is_switched_off_is_refused(adam: User) -> None:
    program = _program(adam)
    ApiClient.objects.update(is_active=False)

    assert program.get(SESSIONS)[1]["code"] == "unauthenticated"


def test_a_clients_owner_who_is_gone_takes_it_along(adam: User) -> None:
    program = _program(adam)
    User.objects.update(is_active=False)

    assert program.get(SESSIONS)[0] == 401


def test_a_replaced_key_is_refused(adam: User) -> None:
    client, old = create_client(name="shop", owner=adam, scopes=[])

    new = replace_key(client=client)

    assert Rest(csrf=False, token=old).get(SESSIONS)[0] == 401
    assert Rest(csrf=False, token=new).get(SESSIONS)[0] == 200
