import pytest

from messenger.events import ConversationChanged, ConversationCreated, Event, MessageSent
from messenger.models import Block, Participant, User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, listed, open_direct, open_group, say, seen


@pytest.fixture
def group_id(as_alice: Rest, as_bob: Rest, bob: User) -> str:
    """A group of alice and bob in which something has been said."""
    identifier = open_group(as_alice, bob, title="Party")
    say(as_bob, identifier, "A secret")
    return identifier


def _add(client: Rest, group_id: str, *people: User, **more: object) -> tuple[int, dict[str, object]]:
    body = {"userIds": [str(person.pk) for person in people], **more}
    return client.post(f"{CONVERSATIONS}/{group_id}/participants", body)


def test_who_is_added_sees_from_now_on(as_alice: Rest, as_carol: Rest, carol: User, group_id: str) -> None:
    assert _add(as_alice, group_id, carol)[0] == 200
    say(as_alice, group_id, "Welcome")

    conversation = seen(as_carol, group_id)
    assert (conversation["historyFromSeq"], conversation["unreadCount"]) == (2, 1)
    messages = as_carol.get(f"{CONVERSATIONS}/{group_id}/messages")[1]["messages"]
    assert [message["content"] for message in messages] == ["Alice Martin added Carol Chen.", "Welcome"]


def test_with_shared_history_they_see_everything(as_alice: Rest, as_carol: Rest, carol: User, group_id: str) -> None:
    _add(as_alice, group_id, carol, shareHistory=True)

    messages = as_carol.get(f"{CONVERSATIONS}/{group_id}/messages")[1]["messages"]
    assert [message["content"] for message in messages] == ["A secret", "Alice Martin added Carol Chen."]
    assert seen(as_carol, group_id)["unreadCount"] == 0


def test_everybody_is_told_and_a_system_line_written(
    as_alice: Rest, carol: User, group_id: str, published: list[Event]
) -> None:
    published.clear()

    _add(as_alice, group_id, carol)

    created, changed, sent = published
    assert isinstance(created, ConversationCreated)
    assert (created.audience, created.version, created.conversation.last_message) == ((carol.pk,), 3, None)
    assert isinstance(changed, ConversationChanged)
    assert (carol.pk in changed.audience, changed.version, changed.updates) == (False, 3, {"participantCount": 3})
    assert isinstance(sent, MessageSent)
    assert (carol.pk in sent.audience, sent.version, sent.message.type) == (True, 4, "system")


def test_who_is_in_already_stays_as_is(as_alice: Rest, bob: User, group_id: str, published: list[Event]) -> None:
    published.clear()

    assert _add(as_alice, group_id, bob)[0] == 200

    assert published == []
    assert seen(as_alice, group_id)["participantCount"] == 2


def test_who_comes_back_has_a_fresh_seat(as_alice: Rest, as_bob: Rest, bob: User, group_id: str) -> None:
    as_bob.patch(f"{CONVERSATIONS}/{group_id}", {"isPinned": True})
    as_bob.delete(f"{CONVERSATIONS}/{group_id}/participants/{bob.pk}")
    say(as_alice, group_id, "While you were out")

    _add(as_alice, group_id, bob)

    conversation = seen(as_bob, group_id)
    assert (conversation["historyFromSeq"], conversation["unreadCount"], conversation["isPinned"]) == (4, 0, False)
    assert Participant.objects.filter(conversation_id=group_id).count() == 2


def test_members_may_not_add(as_bob: Rest, carol: User, group_id: str) -> None:
    status, answer = _add(as_bob, group_id, carol)

    assert (status, answer["code"]) == (403, "not_allowed")
    assert Participant.objects.filter(conversation_id=group_id).count() == 2


def test_what_one_deleted_for_oneself_is_not_shared_again(
    as_alice: Rest, as_bob: Rest, bob: User, group_id: str
) -> None:
    as_bob.delete(f"{CONVERSATIONS}/{group_id}")
    say(as_alice, group_id, "Where are you?")
    as_alice.delete(f"{CONVERSATIONS}/{group_id}/participants/{bob.pk}")

    _add(as_alice, group_id, bob, shareHistory=True)

    messages = as_bob.get(f"{CONVERSATIONS}/{group_id}/messages")[1]["messages"]
    assert messages[0]["content"] == "Where are you?"


def test_admins_may_add(as_alice: Rest, as_bob: Rest, bob: User, carol: User, group_id: str) -> None:
    as_alice.patch(f"{CONVERSATIONS}/{group_id}/participants/{bob.pk}", {"memberRole": "admin"})

    assert _add(as_bob, group_id, carol)[0] == 200


def test_nobody_is_added_to_a_direct_conversation(as_alice: Rest, bob: User, carol: User) -> None:
    assert _add(as_alice, open_direct(as_alice, bob), carol)[0] == 403


def test_unknown_and_blocking_people_cannot_be_added(
    as_alice: Rest, alice: User, carol: User, mallory: User, group_id: str
) -> None:
    Block.objects.create(blocker=carol, blocked=alice)

    status, answer = _add(as_alice, group_id, mallory, carol)

    assert (status, answer["code"]) == (400, "unknown_participant")
    assert seen(as_alice, group_id)["participantCount"] == 2


def test_a_group_holds_256(as_alice: Rest, alice: User) -> None:
    crowd = [User(email=f"guest{number}@example.com", display_name=f"Guest {number}") for number in range(256)]
    people = User.objects.bulk_create(crowd)
    group_id = open_group(as_alice, *people[:255])

    status, answer = _add(as_alice, group_id, people[255])

    assert (status, list(answer["details"])) == (400, ["userIds"])  # type: ignore[call-overload]  # an object
    assert seen(as_alice, group_id)["participantCount"] == 256


def test_the_list_of_people_is_whole(as_alice: Rest, bob: User, carol: User, group_id: str) -> None:
    _add(as_alice, group_id, carol)

    status, answer = as_alice.get(f"{CONVERSATIONS}/{group_id}/participants/")

    assert (status, answer["count"]) == (200, 3)
    assert answer["participants"][1] == {
        "userId": str(bob.pk),
        "displayName": "Bob Baker",
        "avatar": None,
        "role": "supplier",
        "memberRole": "member",
        "lastReadSeq": 0,
        "lastReadAt": None,
        "lastDeliveredSeq": 0,
        "joinedSeq": 0,
        "status": "offline",
    }


def test_an_outsider_learns_nothing(as_mallory: Rest, mallory: User, group_id: str) -> None:
    people = f"{CONVERSATIONS}/{group_id}/participants"
    absent = f"{CONVERSATIONS}/999999999/participants"

    assert as_mallory.get(people) == as_mallory.get(absent)
    assert as_mallory.post(people, {"userIds": [mallory.pk]}) == as_mallory.post(absent, {"userIds": [mallory.pk]})
    assert as_mallory.post(people, {"userIds": [mallory.pk]})[0] == 404
    assert listed(as_mallory) == []
