import pytest

from messenger.events import Event
from messenger.models import Conversation, User
from tests.rest import Answer, Rest
from tests.talks import CONVERSATIONS, listed, open_group, say

Operation = tuple[str, str, object]

OPERATIONS: list[Operation] = [
    ("GET", "", None),
    ("PATCH", "", {"isPinned": True}),
    ("PATCH", "", {"title": "Mine"}),
    ("DELETE", "", None),
    ("GET", "/participants", None),
    ("POST", "/participants", {"userIds": [1]}),
    ("PATCH", "/participants/1", {"memberRole": "owner"}),
    ("DELETE", "/participants/1", None),
    ("POST", "/read", {}),
    ("POST", "/read", {"upToSeq": 1}),
    ("GET", "/receipts", None),
    ("GET", "/receipts?seq=1", None),
    ("POST", "/typing", {}),
]


def _asked(client: Rest, conversation_id: str, operation: Operation) -> Answer:
    method, path, body = operation
    return client.call(method, f"{CONVERSATIONS}/{conversation_id}{path}", body)


@pytest.fixture
def group_id(as_alice: Rest, as_bob: Rest, bob: User, carol: User) -> str:
    identifier = open_group(as_alice, bob, carol, title="Party")
    say(as_bob, identifier)
    return identifier


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_foreign_conversation_answers_as_one_that_is_not_there(
    as_mallory: Rest, group_id: str, operation: Operation, published: list[Event]
) -> None:
    published.clear()

    foreign = _asked(as_mallory, group_id, operation)

    assert foreign == _asked(as_mallory, "999999999", operation)
    assert (foreign[0], foreign[1]["code"]) == (404, "not_found")
    assert published == []
    assert listed(as_mallory) == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_who_was_removed_is_an_outsider(
    as_alice: Rest, as_carol: Rest, carol: User, group_id: str, operation: Operation
) -> None:
    as_alice.delete(f"{CONVERSATIONS}/{group_id}/participants/{carol.pk}")

    assert _asked(as_carol, group_id, operation)[0] == 404


@pytest.mark.parametrize("operation", OPERATIONS)
def test_nobody_signed_in_is_asked_to_sign_in(rest: Rest, group_id: str, operation: Operation) -> None:
    status, answer = _asked(rest, group_id, operation)

    assert (status, answer["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("identifier", ["0", "-1", "x", "9" * 5000, "9007199254740993", "1e3", "%00", "٣"])
def test_an_id_that_can_be_none_is_not_found(as_alice: Rest, identifier: str) -> None:
    assert as_alice.get(f"{CONVERSATIONS}/{identifier}")[0] == 404


def test_a_new_group_tells_no_outsider(as_alice: Rest, mallory: User, bob: User, published: list[Event]) -> None:
    open_group(as_alice, bob)

    assert all(mallory.pk not in event.audience for event in published)
    assert Conversation.objects.count() == 1
