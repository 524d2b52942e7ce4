from messenger.events import ConversationChanged, Event
from messenger.models import User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, open_group, say, seen


def test_a_change_shows_the_last_message_only_to_who_may_see_it(
    as_alice: Rest, as_bob: Rest, bob: User, carol: User, published: list[Event]
) -> None:
    group_id = open_group(as_alice, bob, carol, title="Party")
    say(as_alice, group_id, "A secret")
    as_bob.delete(f"{CONVERSATIONS}/{group_id}")
    published.clear()

    as_alice.patch(f"{CONVERSATIONS}/{group_id}", {"title": "Summer party"})

    told = [event for event in published if isinstance(event, ConversationChanged)]
    shown = {user_id: event.conversation.last_message for event in told for user_id in event.audience}
    assert {event.version for event in told} == {3}
    assert shown[bob.pk] is None
    assert [message.content for user_id, message in shown.items() if message] == ["A secret", "A secret"]


def test_who_is_new_finds_nothing_older_in_the_conversation(
    as_alice: Rest, as_mallory: Rest, mallory: User, bob: User
) -> None:
    group_id = open_group(as_alice, bob)
    message = say(as_alice, group_id, "A secret")
    as_alice.post(f"{CONVERSATIONS}/{group_id}/participants", {"userIds": [mallory.pk]})

    conversation = seen(as_mallory, group_id)

    assert (conversation["historyFromSeq"], conversation["messageCount"], conversation["unreadCount"]) == (2, 1, 0)
    assert as_mallory.post(f"{CONVERSATIONS}/{group_id}/read", {"upToMessageId": message["id"]})[0] == 404
    draft = {"text": "Re:", "replyToId": message["id"], "baseRev": 0}
    assert as_mallory.patch(f"{CONVERSATIONS}/{group_id}", {"draft": draft})[0] == 400
    assert "secret" not in str(as_mallory.get(f"{CONVERSATIONS}?search=secret")[1])
