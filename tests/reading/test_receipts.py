import pytest

from messenger.models import User
from messenger.services.reading import mark_delivered
from tests.rest import Rest
from tests.talks import CONVERSATIONS, open_group, say


@pytest.fixture
def group_id(as_alice: Rest, bob: User, carol: User) -> str:
    return open_group(as_alice, bob, carol, title="Party")


def _receipts(client: Rest, group_id: str, query: str = "") -> tuple[list[str], list[str]]:
    status, answer = client.get(f"{CONVERSATIONS}/{group_id}/receipts{query}")
    assert status == 200
    return tuple([entry["userId"] for entry in answer[kind]] for kind in ("delivered", "read"))  # type: ignore[return-value]  # two


def test_they_say_who_has_it_and_who_read_it(
    as_alice: Rest, as_bob: Rest, bob: User, carol: User, group_id: str
) -> None:
    say(as_alice, group_id)
    as_bob.post(f"{CONVERSATIONS}/{group_id}/read")
    mark_delivered(receiver=carol, conversation_id=int(group_id), up_to_seq=1)

    assert _receipts(as_alice, group_id) == ([str(bob.pk), str(carol.pk)], [str(bob.pk)])
    entry = as_alice.get(f"{CONVERSATIONS}/{group_id}/receipts")[1]["read"][0]
    assert (entry["displayName"], entry["readAt"][-1]) == ("Bob Baker", "Z")


def test_they_are_of_one_message(as_alice: Rest, as_bob: Rest, bob: User, group_id: str) -> None:
    say(as_alice, group_id)
    as_bob.post(f"{CONVERSATIONS}/{group_id}/read")
    say(as_alice, group_id)

    assert _receipts(as_alice, group_id, "?seq=1") == ([str(bob.pk)], [str(bob.pk)])
    assert _receipts(as_alice, group_id, "?seq=2") == ([], [])


def test_who_came_later_is_not_among_them(as_alice: Rest, mallory: User, group_id: str) -> None:
    say(as_alice, group_id)
    as_alice.post(f"{CONVERSATIONS}/{group_id}/participants", {"userIds": [mallory.pk]})

    assert _receipts(as_alice, group_id, "?seq=1") == ([], [])


@pytest.mark.parametrize(("query", "status"), [("?seq=9", 404), ("?seq=0", 400), ("?seq=x", 400), ("", 404)])
def test_a_message_that_there_is_not_has_none(as_alice: Rest, group_id: str, query: str, status: int) -> None:
    assert as_alice.get(f"{CONVERSATIONS}/{group_id}/receipts{query}")[0] == status


def test_hidden_history_has_none(as_alice: Rest, as_mallory: Rest, mallory: User, group_id: str) -> None:
    say(as_alice, group_id)
    as_alice.post(f"{CONVERSATIONS}/{group_id}/participants", {"userIds": [mallory.pk]})

    assert as_mallory.get(f"{CONVERSATIONS}/{group_id}/receipts?seq=1")[0] == 404
    assert as_mallory.get(f"{CONVERSATIONS}/{group_id}/receipts?seq=2")[0] == 200
