from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from messenger.events import ConversationCreated, Event, MessageSent, SeatChanged
from messenger.models import Block, Conversation, IdempotentRequest, Message, Participant, User
from messenger.services.rewriting import delete_conversation
from messenger.tasks import forget_requests
from tests.rest import Rest
from tests.talks import CONVERSATIONS, client_of, listed, open_direct


def test_a_direct_conversation_is_made_once(as_alice: Rest, as_bob: Rest, alice: User, bob: User) -> None:
    first = as_alice.post(CONVERSATIONS, {"participantIds": [str(bob.pk)]})
    second = as_bob.post(CONVERSATIONS, {"recipientId": alice.pk})

    assert (first[0], second[0]) == (201, 200)
    assert (first[1]["isExisting"], second[1]["isExisting"]) == (False, True)
    assert first[1]["conversation"]["id"] == second[1]["conversation"]["id"]
    assert Conversation.objects.count() == 1


def test_a_new_conversation_is_told_to_everybody_in_it_and_listed_at_once(
    as_alice: Rest, as_bob: Rest, alice: User, bob: User, published: list[Event]
) -> None:
    conversation_id = open_direct(as_alice, bob)

    (event,) = published
    assert isinstance(event, ConversationCreated)
    assert (set(event.audience), event.version) == ({alice.pk, bob.pk}, 1)
    assert listed(as_alice) == listed(as_bob) == [conversation_id]


def test_the_first_message_comes_with_the_creation(as_alice: Rest, bob: User, published: list[Event]) -> None:
    status, answer = as_alice.post(
        CONVERSATIONS, {"participantIds": [bob.pk], "message": "Is May free?", "clientNonce": "n1"}
    )

    assert status == 201
    assert (answer["message"]["content"], answer["message"]["seq"]) == ("Is May free?", 1)
    assert answer["conversation"]["lastMessage"]["content"] == "Is May free?"
    assert answer["conversation"]["version"] == 2
    assert [type(event) for event in published] == [ConversationCreated, MessageSent]


def test_a_repeated_creation_with_its_nonce_says_nothing_twice(as_alice: Rest, bob: User) -> None:
    body = {"participantIds": [bob.pk], "message": "Is May free?", "clientNonce": "n1"}

    first, second = as_alice.post(CONVERSATIONS, body), as_alice.post(CONVERSATIONS, body)

    assert (first[0], second[0]) == (201, 200)
    assert first[1]["message"]["id"] == second[1]["message"]["id"]
    assert Message.objects.count() == 1


def test_two_groups_of_the_same_people_are_two(as_alice: Rest, bob: User, carol: User) -> None:
    body = {"participantIds": [bob.pk, carol.pk], "title": "Party"}

    first, second = as_alice.post(CONVERSATIONS, body), as_alice.post(CONVERSATIONS, body)

    assert (first[0], second[0]) == (201, 201)
    assert first[1]["conversation"]["id"] != second[1]["conversation"]["id"]
    assert first[1]["conversation"]["type"] == "group"


def test_a_group_created_again_with_its_nonce_is_one(as_alice: Rest, bob: User, carol: User) -> None:
    body = {"participantIds": [bob.pk, carol.pk], "title": "Party", "clientNonce": "g1"}

    first, second = as_alice.post(CONVERSATIONS, body), as_alice.post(CONVERSATIONS, body)
    other = as_alice.post(CONVERSATIONS, {**body, "title": "Another"})

    assert (first[0], second[0], other[0]) == (201, 200, 409)
    assert first[1]["conversation"]["id"] == second[1]["conversation"]["id"]
    assert Conversation.objects.count() == 1


def test_a_nonce_whose_conversation_is_gone_makes_another(as_alice: Rest, bob: User, carol: User) -> None:
    body = {"participantIds": [bob.pk, carol.pk], "clientNonce": "g1"}
    first = as_alice.post(CONVERSATIONS, body)
    delete_conversation(conversation_id=int(first[1]["conversation"]["id"]))

    again = [as_alice.post(CONVERSATIONS, body) for _ in range(2)]

    assert [status for status, _ in again] == [201, 200]
    assert {answer["conversation"]["id"] for _, answer in again} == {str(Conversation.objects.get().pk)}


def test_the_creator_of_a_group_owns_it(as_alice: Rest, alice: User, bob: User, carol: User) -> None:
    _, answer = as_alice.post(CONVERSATIONS, {"participantIds": [bob.pk, carol.pk], "title": "Party"})

    roles = {entry["userId"]: entry["memberRole"] for entry in answer["conversation"]["participants"]}
    assert roles == {str(alice.pk): "owner", str(bob.pk): "member", str(carol.pk): "member"}
    assert answer["conversation"]["permissions"] == {
        "canSend": True,
        "canInvite": True,
        "canRename": True,
        "canRemove": True,
        "canClose": True,
    }


def test_an_existing_conversation_comes_back_to_the_creators_list(
    as_alice: Rest, bob: User, published: list[Event]
) -> None:
    conversation_id = open_direct(as_alice, bob)
    as_alice.patch(f"{CONVERSATIONS}/{conversation_id}", {"isArchived": True})
    assert listed(as_alice) == []
    published.clear()

    status, answer = as_alice.post(CONVERSATIONS, {"participantIds": [bob.pk]})

    assert (status, answer["conversation"]["isArchived"]) == (200, False)
    assert listed(as_alice) == [conversation_id]
    (event,) = published
    assert isinstance(event, SeatChanged)
    assert event.updates == {"isArchived": False}


def test_unknown_deactivated_and_blocking_people_are_told_apart_by_nobody(
    as_alice: Rest, alice: User, bob: User, carol: User, mallory: User
) -> None:
    User.objects.filter(pk=mallory.pk).update(is_active=False)
    Block.objects.create(blocker=bob, blocked=alice)

    answers = [as_alice.post(CONVERSATIONS, {"participantIds": [person]}) for person in (10**9, mallory.pk, bob.pk)]

    assert [status for status, _ in answers] == [400, 400, 400]
    assert answers[0][1]["code"] == "unknown_participant"
    assert answers[0][1] == answers[1][1] == answers[2][1]
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"participantIds": []},
        {"participantIds": "2"},
        {"participantIds": [True]},
        {"participantIds": [2], "type": "campaign!"},
        {"participantIds": list(range(1, 300))},
    ],
)
def test_a_creation_that_names_nobody_or_nonsense_is_refused(as_alice: Rest, body: object) -> None:
    status, answer = as_alice.post(CONVERSATIONS, body)

    assert (status, answer["code"]) == (400, "validation_error")
    assert not Conversation.objects.exists()


def test_nobody_talks_with_themselves_alone(as_alice: Rest, alice: User) -> None:
    assert as_alice.post(CONVERSATIONS, {"participantIds": [alice.pk]})[0] == 400


def test_campaigns_are_no_business_of_people(as_alice: Rest, bob: User) -> None:
    status, answer = as_alice.post(CONVERSATIONS, {"participantIds": [bob.pk], "type": "campaign"})

    assert (status, answer["code"]) == (403, "not_allowed")


def test_a_refused_first_message_creates_nothing(
    as_alice: Rest, bob: User, published: list[Event], settings: LazySettings
) -> None:
    settings.MESSENGER_RATE_LIMIT_FREE_MESSAGES = [(1, 60)]
    group = {"type": "group", "participantIds": [bob.pk], "message": "One"}
    as_alice.post(CONVERSATIONS, group)
    published.clear()

    status, answer = as_alice.post(CONVERSATIONS, {**group, "message": "Two"})

    assert (status, answer["code"], answer["details"]["limit"]) == (429, "rate_limited", 1)
    assert Conversation.objects.count() == 1


def test_new_conversations_are_limited_and_existing_ones_are_not(
    as_alice: Rest, bob: User, carol: User, settings: LazySettings
) -> None:
    settings.MESSENGER_RATE_LIMIT_FREE_CONVERSATIONS = [(1, 60)]

    statuses = [as_alice.post(CONVERSATIONS, {"participantIds": [who.pk]})[0] for who in (bob, bob, carol, bob)]

    assert statuses == [201, 200, 429, 200]
    assert Participant.objects.count() == 2


def test_the_repeat_may_come_from_another_sign_in(as_alice: Rest, alice: User, bob: User, carol: User) -> None:
    body = {"participantIds": [bob.pk, carol.pk], "metadata": {"a": 1, "b": 2}, "clientNonce": "g1"}
    as_alice.post(CONVERSATIONS, body)

    assert client_of(alice).post(CONVERSATIONS, {**body, "metadata": {"b": 2, "a": 1}})[0] == 200


def test_a_nonce_is_remembered_for_a_day(as_alice: Rest, bob: User, carol: User) -> None:
    body = {"participantIds": [bob.pk, carol.pk], "clientNonce": "g1"}
    as_alice.post(CONVERSATIONS, body)
    assert forget_requests() == 0

    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))

    assert forget_requests() == 1
    assert as_alice.post(CONVERSATIONS, body)[0] == 201


def test_the_idempotency_header_is_another_name_for_the_nonce(as_alice: Rest, bob: User, carol: User) -> None:
    body = {"participantIds": [bob.pk, carol.pk]}

    statuses = [as_alice.post(CONVERSATIONS, body, Idempotency_Key="g1")[0] for _ in range(2)]
    status, answer = as_alice.post(CONVERSATIONS, {**body, "clientNonce": "g2"}, Idempotency_Key="g1")

    assert statuses == [201, 200]
    assert (status, list(answer["details"])) == (400, ["clientNonce"])
