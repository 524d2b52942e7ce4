import pytest

from messenger.events import Event
from messenger.models import User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, open_group, seen


@pytest.fixture
def group_id(as_alice: Rest, bob: User, carol: User) -> str:
    return open_group(as_alice, bob, carol, title="Party")


def _make(client: Rest, group_id: str, user: User, role: object) -> tuple[int, dict[str, object]]:
    return client.patch(f"{CONVERSATIONS}/{group_id}/participants/{user.pk}", {"memberRole": role})


def _role(client: Rest, group_id: str, user: User) -> str:
    entries = {entry["userId"]: entry["memberRole"] for entry in seen(client, group_id)["participants"]}
    return str(entries[str(user.pk)])


def test_an_owner_promotes(as_alice: Rest, bob: User, group_id: str) -> None:
    assert _make(as_alice, group_id, bob, "admin")[0] == 200

    assert _role(as_alice, group_id, bob) == "admin"
    assert seen(as_alice, group_id)["lastMessage"]["content"] == "Alice Martin made Bob Baker an admin."


def test_the_same_role_again_tells_nobody(as_alice: Rest, bob: User, group_id: str, published: list[Event]) -> None:
    published.clear()

    assert _make(as_alice, group_id, bob, "member")[0] == 200

    assert published == []


def test_an_admin_promotes_to_admin_but_makes_and_unmakes_no_owner(
    as_alice: Rest, as_bob: Rest, bob: User, carol: User, group_id: str
) -> None:
    _make(as_alice, group_id, bob, "admin")

    assert _make(as_bob, group_id, carol, "admin")[0] == 200
    assert _make(as_bob, group_id, carol, "owner")[1]["code"] == "not_allowed"
    assert _role(as_bob, group_id, carol) == "admin"


def test_a_member_promotes_nobody(as_bob: Rest, bob: User, group_id: str) -> None:
    assert _make(as_bob, group_id, bob, "owner")[1]["code"] == "not_allowed"


def test_the_last_owner_stays_one(as_alice: Rest, alice: User, bob: User, group_id: str) -> None:
    assert _make(as_alice, group_id, alice, "member")[1]["code"] == "last_owner"

    _make(as_alice, group_id, bob, "owner")

    assert _make(as_alice, group_id, alice, "member")[0] == 200
    assert _role(as_alice, group_id, alice) == "member"


@pytest.mark.parametrize("role", ["king", "", None, 1, ["admin"]])
def test_a_role_that_there_is_not_is_refused(as_alice: Rest, bob: User, group_id: str, role: object) -> None:
    assert _make(as_alice, group_id, bob, role)[0] == 400
    assert _role(as_alice, group_id, bob) == "member"


def test_who_is_not_in_gets_no_role(as_alice: Rest, mallory: User, group_id: str) -> None:
    assert _make(as_alice, group_id, mallory, "admin")[0] == 404
