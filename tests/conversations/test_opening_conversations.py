from messenger.events import ConversationCreated, Event, MessageSent
from messenger.models import Block, Conversation, Message, Offer, User
from tests.rest import Rest

CONVERSATIONS = "/api/v4/messenger/conversations"


def test_a_direct_conversation_is_made_once(alice: User, bob: User) -> None:
    first = Rest().as_user(alice).post(CONVERSATIONS, {"participantIds": [str(bob.pk)]})
    second = Rest().as_user(bob).post(CONVERSATIONS, {"recipientId": alice.pk})

    assert (first[0], second[0]) == (201, 200)
    assert (first[1]["isExisting"], second[1]["isExisting"]) == (False, True)
    assert first[1]["conversation"]["id"] == second[1]["conversation"]["id"]
    assert Conversation.objects.count() == 1
