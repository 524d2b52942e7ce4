import pytest

from messenger.events import ConversationGone, ConversationRead, Event
from messenger.models import User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, listed, open_direct, say, seen


@pytest.fixture
def conversation_id(as_alice: Rest, as_bob: Rest, bob: User) -> str:
    identifier = open_direct(as_alice, bob)
    say(as_bob, identifier, "One")
    say(as_bob, identifier, "Two")
    return identifier


def test_the_conversation_leaves_ones_own_list_alone(
    as_alice: Rest, as_bob: Rest, alice: User, conversation_id: str, published: list[Event]
) -> None:
    published.clear()

    assert as_alice.delete(f"{CONVERSATIONS}/{conversation_id}") == (200, {"success": True})

    assert (listed(as_alice), listed(as_bob)) == ([], [conversation_id])
    read, gone = published
    assert isinstance(read, ConversationRead)
    assert (len(read.audience), read.user_id, read.last_read_seq) == (2, alice.pk, 2)
    assert isinstance(gone, ConversationGone)
    assert (gone.audience, gone.is_seat_ended) == ((alice.pk,), False)


def test_the_next_message_brings_it_back_without_its_history(
    as_alice: Rest, as_bob: Rest, conversation_id: str
) -> None:
    as_alice.delete(f"{CONVERSATIONS}/{conversation_id}")
    say(as_bob, conversation_id, "Three")

    assert listed(as_alice) == [conversation_id]
    conversation = seen(as_alice, conversation_id)
    assert (conversation["historyFromSeq"], conversation["unreadCount"], conversation["messageCount"]) == (3, 1, 1)
    messages = as_alice.get(f"{CONVERSATIONS}/{conversation_id}/messages")[1]["messages"]
    assert [message["content"] for message in messages] == ["Three"]
    assert seen(as_bob, conversation_id)["messageCount"] == 3


def test_what_is_hidden_shows_in_no_last_message(as_alice: Rest, as_bob: Rest, conversation_id: str) -> None:
    as_alice.delete(f"{CONVERSATIONS}/{conversation_id}")

    assert seen(as_alice, conversation_id)["lastMessage"] is None
    assert seen(as_bob, conversation_id)["lastMessage"]["content"] == "Two"


def test_opening_it_again_brings_it_back_empty(as_alice: Rest, bob: User, conversation_id: str) -> None:
    as_alice.delete(f"{CONVERSATIONS}/{conversation_id}")

    assert open_direct(as_alice, bob) == conversation_id
    assert listed(as_alice) == [conversation_id]
    assert as_alice.get(f"{CONVERSATIONS}/{conversation_id}/messages")[1]["messages"] == []


def test_it_counts_no_more_as_unread(as_alice: Rest, conversation_id: str) -> None:
    assert as_alice.get("/api/v4/messenger/unread")[1]["unreadCount"] == 2

    as_alice.delete(f"{CONVERSATIONS}/{conversation_id}")

    assert as_alice.get("/api/v4/messenger/unread")[1] == {
        "success": True,
        "unreadCount": 0,
        "count": 0,
        "conversations": {},
    }
