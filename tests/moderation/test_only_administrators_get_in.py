import pytest

from messenger.events import Event
from messenger.models import ApiClient, User
from messenger.services.api_clients import create_client
from moderation.models import AuditEntry
from tests.moderation.admin_routes import OPERATIONS
from tests.rest import Rest
from tests.talks import M, client_of, say

REFUSAL = (
    b'{"success":false,"error":"Only administrators may do this.","message":"Only administrators may do this.",'
    b'"code":"admin_required","details":{}}'
)
UNKNOWN = {"talk": "999999", "message": "999999", "person": "999999", "report": "999999"}


@pytest.fixture
def ids(as_alice: Rest, as_bob: Rest, bob: User, talk: str) -> dict[str, str]:
    """A talk, a message in it, its sender, and a report of it."""
    message = say(as_bob, talk)
    report = as_alice.post(f"{M}/messages/{message['id']}/report", {"reason": "spam"})[1]["reportId"]
    return {"talk": talk, "message": message["id"], "person": str(bob.pk), "report": report}


def _key(owner: User, *scopes: str) -> Rest:
    return Rest(csrf=False, token=create_client(name="desk", owner=owner, scopes=list(scopes))[1])


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_others_get_the_same_answer_whatever_they_ask_for(
    as_alice: Rest,
    mallory: User,
    ids: dict[str, str],
    published: list[Event],
    method: str,
    path: str,
    body: object,
) -> None:
    published.clear()
    answers = set()
    for client in (as_alice, client_of(mallory)):
        for known in (ids, UNKNOWN):
            status, _ = client.call(method, path.format(**known), body)
            answers.add((status, getattr(client.last, "content", b"")))

    assert answers == {(403, REFUSAL)}
    assert not AuditEntry.objects.exists()
    assert published == []


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_nobody_gets_in_without_signing_in(
    rest: Rest, ids: dict[str, str], method: str, path: str, body: object
) -> None:
    status, answer = rest.call(method, path.format(**ids), body)

    assert (status, answer["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_an_administrator_gets_in(as_adam: Rest, ids: dict[str, str], method: str, path: str, body: object) -> None:
    status, answer = as_adam.call(method, path.format(**ids), body)

    assert (status, answer["success"]) == (200, True)


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_a_client_with_the_scope_may_look_and_nothing_else(
    alice: User, ids: dict[str, str], method: str, path: str, body: object
) -> None:
    status, _ = _key(alice, ApiClient.Scope.READ_ADMIN).call(method, path.format(**ids), body)

    assert status == (200 if method == "GET" else 403)


def test_a_client_without_the_scope_stays_out_even_an_administrators(adam: User) -> None:
    status, answer = _key(adam, ApiClient.Scope.FLOW).get(OPERATIONS[0][1])

    assert (status, answer["code"]) == (403, "admin_required")


def test_no_look_is_put_down_to_a_member_whom_a_client_acts_for(adam: User, alice: User, ids: dict[str, str]) -> None:
    client = _key(adam, ApiClient.Scope.READ_ADMIN, ApiClient.Scope.ACT_AS)
    path = f"{M}/admin/conversations/{ids['talk']}?reason=Check"

    statuses = [client.get(path, X_Act_As=str(person.pk))[0] for person in (alice, adam)]

    assert statuses == [403, 200]
    assert list(AuditEntry.objects.values_list("actor_id", flat=True)) == [adam.pk]


def test_looks_of_a_client_bear_its_name(adam: User, ids: dict[str, str]) -> None:
    _key(adam, ApiClient.Scope.READ_ADMIN).get(f"{M}/admin/conversations/{ids['talk']}?reason=Yearly+check")

    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.reason, entry.facts) == (adam.pk, "Yearly check", {"client": "desk"})


def test_an_unsafe_request_by_cookie_needs_the_csrf_token(adam: User, ids: dict[str, str]) -> None:
    bare = Rest(csrf=False).as_user(adam)

    status, answer = bare.post(f"{M}/admin/users/{ids['person']}/suspend", {"reason": "x"})

    assert (status, answer["code"]) == (403, "csrf_failed")
