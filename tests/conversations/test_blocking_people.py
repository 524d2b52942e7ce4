import pytest

from messenger.events import Event, SeatChanged, VisibilityChanged
from messenger.models import Block, Message, User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, open_direct, open_group, say, seen

BLOCKS = f"{M}/blocks"


def test_a_blocked_person_cannot_write_in_a_direct_conversation(
    as_alice: Rest, as_bob: Rest, alice: User, bob: User
) -> None:
    conversation_id = open_direct(as_alice, bob)

    assert as_alice.post(BLOCKS, {"userId": str(bob.pk), "reason": "Rude"})[0] == 201

    for client in (as_bob, as_alice):
        status, answer = client.post(f"{CONVERSATIONS}/{conversation_id}/messages", {"content": "Hello"})
        assert (status, answer["code"]) == (403, "cannot_message")
        permissions = seen(client, conversation_id)["permissions"]
        assert (permissions["canSend"], permissions["reason"]) == (False, "cannot_message")
    assert not Message.objects.exists()


def test_ones_own_devices_are_told_and_the_other_person_is_not(
    as_alice: Rest, alice: User, bob: User, published: list[Event]
) -> None:
    open_direct(as_alice, bob)
    published.clear()

    as_alice.post(BLOCKS, {"userId": bob.pk})

    visibility, event = published
    assert isinstance(visibility, VisibilityChanged)  # told to nobody: presence follows from it
    assert isinstance(event, SeatChanged)
    assert (event.audience, event.private_version) == ((alice.pk,), 1)
    assert event.updates["permissions"]["reason"] == "cannot_message"


def test_blocking_again_changes_nothing(as_alice: Rest, bob: User, published: list[Event]) -> None:
    open_direct(as_alice, bob)
    as_alice.post(BLOCKS, {"userId": bob.pk, "reason": "Rude"})
    published.clear()

    status, answer = as_alice.post(BLOCKS, {"userId": bob.pk, "reason": "Very rude"})

    assert (status, answer["block"]["reason"]) == (200, "Rude")
    assert published == []


def test_taking_the_block_back_opens_the_conversation(as_alice: Rest, as_bob: Rest, bob: User) -> None:
    conversation_id = open_direct(as_alice, bob)
    as_alice.post(BLOCKS, {"userId": bob.pk})

    assert as_alice.delete(f"{BLOCKS}/{bob.pk}") == (200, {"success": True})

    say(as_bob, conversation_id)
    assert seen(as_alice, conversation_id)["privateVersion"] == 2
    assert as_alice.delete(f"{BLOCKS}/{bob.pk}") == (200, {"success": True})


def test_the_list_shows_ones_own_blocks_alone(as_alice: Rest, as_bob: Rest, alice: User, bob: User) -> None:
    as_alice.post(BLOCKS, {"userId": bob.pk, "reason": "Rude"})

    _, answer = as_alice.get(BLOCKS)

    assert answer["count"] == 1
    assert answer["blocks"][0].pop("createdAt").endswith("Z")
    assert answer["blocks"] == [
        {
            "userId": str(bob.pk),
            "blockedUserId": str(bob.pk),
            "displayName": "Bob Baker",
            "avatar": None,
            "reason": "Rude",
        }
    ]
    assert as_bob.get(BLOCKS)[1]["blocks"] == []


def test_in_a_group_both_may_write(as_alice: Rest, as_bob: Rest, bob: User, carol: User) -> None:
    group_id = open_group(as_alice, bob, carol)
    as_alice.post(BLOCKS, {"userId": bob.pk})

    say(as_bob, group_id)
    say(as_alice, group_id)


def test_nobody_blocks_themselves_or_somebody_unknown(as_alice: Rest, alice: User) -> None:
    assert as_alice.post(BLOCKS, {"userId": alice.pk})[0] == 400
    assert as_alice.post(BLOCKS, {"userId": 10**9})[0] == 404
    assert not Block.objects.exists()


@pytest.mark.parametrize("body", [{}, {"userId": None}, {"userId": "x"}, {"userId": [1]}, {"userId": 2, "reason": 5}])
def test_what_makes_no_sense_is_refused(as_alice: Rest, body: object) -> None:
    assert as_alice.post(BLOCKS, body)[0] == 400
    assert not Block.objects.exists()


@pytest.mark.parametrize("word", ["abc", "-1", "0", "9" * 20])
def test_what_is_no_id_is_nobody_to_unblock(as_alice: Rest, word: str) -> None:
    status, answer = as_alice.delete(f"{BLOCKS}/{word}")

    assert (status, answer["code"]) == (404, "not_found")
