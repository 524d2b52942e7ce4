import pytest

from messenger.events import ConversationGone, ConversationRead, Event
from messenger.models import Conversation, User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, listed, open_direct, say, seen


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


@pytest.fixture(params=["closed", "blocked"])
def shut(request: pytest.FixtureRequest, as_bob: Rest, alice: User, conversation_id: str) -> str:
    """The conversation, where nobody may mark any more."""
    if request.param == "closed":
        Conversation.objects.update(status="closed")
    else:
        as_bob.post(f"{M}/blocks", {"userId": alice.pk})
    return conversation_id


def open_up(client: Rest, alice: User) -> None:
    Conversation.objects.update(status="active")
    client.delete(f"{M}/blocks/{alice.pk}")


def test_where_nobody_may_mark_the_others_hear_nothing(
    as_alice: Rest, as_bob: Rest, shut: str, published: list[Event]
) -> None:
    before = seen(as_bob, shut)
    published.clear()

    as_alice.delete(f"{CONVERSATIONS}/{shut}")

    (gone,) = published
    assert isinstance(gone, ConversationGone)
    assert seen(as_bob, shut) == before
    assert as_alice.get(f"{M}/unread")[1]["unreadCount"] == 0


def test_what_was_hidden_unmarked_counts_no_more_later(as_alice: Rest, as_bob: Rest, alice: User, shut: str) -> None:
    hidden = as_bob.get(f"{CONVERSATIONS}/{shut}/messages")[1]["messages"]
    as_alice.delete(f"{CONVERSATIONS}/{shut}")
    open_up(as_bob, alice)
    as_bob.delete(f"{M}/messages/{hidden[0]['id']}")
    new = say(as_bob, shut, "Three")

    counts = [seen(as_alice, shut)["unreadCount"]]
    for up_to_seq in (1, new["seq"]):
        counts.append(as_alice.post(f"{CONVERSATIONS}/{shut}/read", {"upToSeq": up_to_seq})[1]["unreadCount"])

    assert counts == [1, 1, 0]
