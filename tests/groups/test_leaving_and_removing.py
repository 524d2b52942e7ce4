import pytest

from messenger.events import ConversationChanged, ConversationGone, Event, MessageSent
from messenger.models import User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, listed, open_direct, open_group, say, seen


@pytest.fixture
def group_id(as_alice: Rest, bob: User, carol: User) -> str:
    return open_group(as_alice, bob, carol, title="Party")


def _seat(group_id: str, user: User) -> str:
    return f"{CONVERSATIONS}/{group_id}/participants/{user.pk}"


def test_who_leaves_is_a_stranger_from_then_on(as_alice: Rest, as_bob: Rest, bob: User, group_id: str) -> None:
    say(as_alice, group_id)

    assert as_bob.delete(_seat(group_id, bob)) == (200, {"success": True})

    assert listed(as_bob) == []
    unknown = as_bob.get(f"{CONVERSATIONS}/999999999")
    assert unknown[0] == 404
    assert as_bob.get(f"{CONVERSATIONS}/{group_id}") == unknown
    assert as_bob.post(f"{CONVERSATIONS}/{group_id}/messages", {"content": "Psst"})[0] == 404
    assert as_bob.post(f"{CONVERSATIONS}/{group_id}/read")[0] == 404
    assert as_bob.get(f"{M}/unread")[1]["conversations"] == {}


def test_the_others_are_told_by_a_system_line(
    as_alice: Rest, as_bob: Rest, bob: User, group_id: str, published: list[Event]
) -> None:
    published.clear()

    as_bob.delete(_seat(group_id, bob))

    gone, changed, sent = published
    assert isinstance(gone, ConversationGone)
    assert (gone.audience, gone.is_seat_ended) == ((bob.pk,), True)
    assert isinstance(changed, ConversationChanged)
    assert (bob.pk in changed.audience, changed.version) == (False, 2)
    assert isinstance(sent, MessageSent)
    assert (bob.pk in sent.audience, sent.message.content) == (False, "Bob Baker left.")
    assert seen(as_alice, group_id)["participantCount"] == 2


def test_an_owner_removes_a_member(as_alice: Rest, as_bob: Rest, bob: User, group_id: str) -> None:
    assert as_alice.delete(_seat(group_id, bob))[0] == 200

    assert as_bob.get(f"{CONVERSATIONS}/{group_id}")[0] == 404
    assert seen(as_alice, group_id)["lastMessage"]["content"] == "Alice Martin removed Bob Baker."


def test_a_member_removes_nobody(as_bob: Rest, carol: User, group_id: str) -> None:
    status, answer = as_bob.delete(_seat(group_id, carol))

    assert (status, answer["code"]) == (403, "not_allowed")
    assert seen(as_bob, group_id)["participantCount"] == 3


def test_an_admin_does_not_remove_an_owner(as_alice: Rest, as_bob: Rest, alice: User, bob: User, group_id: str) -> None:
    as_alice.patch(_seat(group_id, bob), {"memberRole": "admin"})

    assert as_bob.delete(_seat(group_id, alice))[1]["code"] == "not_allowed"


def test_who_is_not_in_cannot_be_removed(as_alice: Rest, mallory: User, group_id: str) -> None:
    assert as_alice.delete(_seat(group_id, mallory))[0] == 404


def test_the_last_owner_hands_over_first(as_alice: Rest, alice: User, bob: User, group_id: str) -> None:
    status, answer = as_alice.delete(_seat(group_id, alice))
    assert (status, answer["code"]) == (409, "last_owner")

    as_alice.patch(_seat(group_id, bob), {"memberRole": "owner"})

    assert as_alice.delete(_seat(group_id, alice))[0] == 200


def test_who_is_alone_may_go(as_alice: Rest, alice: User, bob: User, carol: User, group_id: str) -> None:
    as_alice.delete(_seat(group_id, bob))
    as_alice.delete(_seat(group_id, carol))

    assert as_alice.delete(_seat(group_id, alice))[0] == 200
    assert listed(as_alice) == []


def test_nobody_leaves_a_direct_conversation(as_alice: Rest, alice: User, bob: User) -> None:
    assert as_alice.delete(_seat(open_direct(as_alice, bob), alice))[1]["code"] == "not_allowed"
