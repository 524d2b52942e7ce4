import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messenger.errors import (
    AutomatedMode,
    CannotMessage,
    ConversationClosed,
    MessengerError,
    NonceReused,
    NotFound,
    Suspended,
    ValidationFailed,
)
from messenger.events import Event, MessageSent, SeatChanged
from messenger.models import Block, Conversation, Message, Participant, User
from messenger.services.drafts import Draft
from messenger.services.sending import Sent, send_message, send_messages


def draft(sender: User, conversation: Conversation, content: str = "Hello", **more: object) -> Draft:
    return Draft(sender_id=sender.pk, conversation_id=conversation.pk, content=content, **more)  # type: ignore[arg-type]  # any field


def test_messages_are_numbered_without_gaps(alice: User, bob: User, conversation: Conversation) -> None:
    before = conversation.version

    sent = [send_message(draft(person, conversation, f"{n}")) for n, person in enumerate((alice, bob, alice))]

    assert [item.message.seq for item in sent] == [1, 2, 3]
    assert [item.message.version for item in sent] == [before + 1, before + 2, before + 3]
    conversation.refresh_from_db()
    assert (conversation.last_seq, conversation.countable_seq) == (3, 3)
    assert conversation.last_message_id == sent[-1].message.id


def test_everybody_in_the_conversation_is_told_once(
    alice: User, bob: User, conversation: Conversation, published: list[Event]
) -> None:
    published.clear()

    sent = send_message(draft(alice, conversation, "  Good\r\nmorning "))

    assert sent.message.content == "Good\nmorning"
    (event,) = published
    assert isinstance(event, MessageSent)
    assert set(event.audience) == {alice.pk, bob.pk}
    assert event.message == sent.message


def test_an_outsider_learns_nothing(mallory: User, conversation: Conversation, published: list[Event]) -> None:
    published.clear()

    with pytest.raises(NotFound):
        send_message(draft(mallory, conversation))

    assert not Message.objects.exists()
    assert published == []


def test_an_unknown_conversation_is_not_found(alice: User) -> None:
    with pytest.raises(NotFound):
        send_message(Draft(sender_id=alice.pk, conversation_id=987_654, content="Hello"))


def test_a_repeated_nonce_gives_the_first_message(
    alice: User, conversation: Conversation, published: list[Event]
) -> None:
    first = send_message(draft(alice, conversation, nonce="n-1"))
    published.clear()

    again = send_message(draft(alice, conversation, nonce="n-1"))

    assert (again.is_new, again.message) == (False, first.message)
    assert Message.objects.count() == 1
    assert published == []


def test_a_nonce_with_another_text_is_refused(alice: User, conversation: Conversation) -> None:
    send_message(draft(alice, conversation, "Hello", nonce="n-1"))

    with pytest.raises(NonceReused):
        send_message(draft(alice, conversation, "Goodbye", nonce="n-1"))

    assert Message.objects.count() == 1


def test_a_batch_with_one_nonce_twice_stores_one_message(alice: User, conversation: Conversation) -> None:
    twice = [draft(alice, conversation, nonce="n-1"), draft(alice, conversation, nonce="n-1")]

    first, second, other = send_messages([*twice, draft(alice, conversation, "Other", nonce="n-1")])

    assert isinstance(first, Sent)
    assert isinstance(second, Sent)
    assert (first.is_new, second.is_new) == (True, False)
    assert second.message == first.message
    assert isinstance(other, NonceReused)
    assert Message.objects.count() == 1


def test_each_draft_of_a_batch_fails_alone(alice: User, bob: User, mallory: User, conversation: Conversation) -> None:
    outcomes = send_messages(
        [
            draft(alice, conversation, "one"),
            draft(mallory, conversation, "none of my business"),
            draft(bob, conversation, "x" * 10_001),
            draft(bob, conversation, "two"),
        ]
    )

    assert [type(outcome) for outcome in outcomes] == [Sent, NotFound, ValidationFailed, Sent]
    assert list(Message.objects.order_by("seq").values_list("seq", "content")) == [(1, "one"), (2, "two")]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"status": "closed"}, ConversationClosed),
        ({"type": "campaign", "chat_status": "automated", "pair_key": None}, AutomatedMode),
        ({"type": "bid", "chat_status": None, "flow_state": "asking"}, AutomatedMode),
    ],
)
def test_a_conversation_that_takes_no_messages_says_so(
    alice: User, conversation: Conversation, fields: dict[str, str], error: type[MessengerError]
) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(**fields)

    with pytest.raises(error):
        send_message(draft(alice, conversation))

    assert not Message.objects.exists()


def test_a_campaign_in_real_time_takes_messages(alice: User, conversation: Conversation) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(type="campaign", flow_state="real_time")

    assert send_message(draft(alice, conversation)).message.seq == 1


@pytest.mark.parametrize("way", ["alice blocks bob", "bob blocks alice"])
def test_a_block_stops_both(alice: User, bob: User, conversation: Conversation, way: str) -> None:
    blocker, blocked = (alice, bob) if way.startswith("alice") else (bob, alice)
    Block.objects.create(blocker=blocker, blocked=blocked)

    outcomes = send_messages([draft(alice, conversation), draft(bob, conversation)])

    assert [type(outcome) for outcome in outcomes] == [CannotMessage, CannotMessage]
    assert not Message.objects.exists()


def test_a_block_does_not_close_a_group(alice: User, bob: User, group: Conversation) -> None:
    Block.objects.create(blocker=bob, blocked=alice)

    assert send_message(draft(alice, group)).is_new


def test_somebody_suspended_cannot_send(alice: User, conversation: Conversation) -> None:
    User.objects.filter(pk=alice.pk).update(suspended_until="2999-01-01T00:00:00Z")

    with pytest.raises(Suspended):
        send_message(draft(alice, conversation))


def test_a_reply_quotes_a_message_of_the_same_conversation(
    alice: User, bob: User, conversation: Conversation, group: Conversation
) -> None:
    question = send_message(draft(alice, conversation, "Are you free in June?")).message
    elsewhere = send_message(draft(alice, group, "Other room")).message

    reply = send_message(draft(bob, conversation, "Yes", reply_to_id=question.id)).message
    refused = send_messages([draft(bob, conversation, "Yes", reply_to_id=elsewhere.id)])

    assert reply.reply_to is not None
    assert (reply.reply_to.id, reply.reply_to.content) == (question.id, "Are you free in June?")
    assert isinstance(refused[0], ValidationFailed)


def test_a_new_message_brings_an_archived_conversation_back_unless_muted(
    alice: User, bob: User, carol: User, group: Conversation, published: list[Event]
) -> None:
    Participant.objects.filter(conversation=group).update(is_archived=True)
    Participant.objects.filter(conversation=group, user=carol).update(is_muted=True)
    published.clear()

    send_message(draft(alice, group))

    archived = Participant.objects.filter(conversation=group, is_archived=True)
    assert list(archived.values_list("user_id", flat=True)) == [carol.pk]
    told = [event.user_id for event in published if isinstance(event, SeatChanged)]
    assert sorted(told) == sorted([alice.pk, bob.pk])


def test_mentions_of_strangers_are_dropped(alice: User, bob: User, mallory: User, group: Conversation) -> None:
    metadata = {"mentions": [str(bob.pk), str(mallory.pk), "nobody", bob.pk]}

    assert send_message(draft(alice, group, metadata=metadata)).message.mentions == (bob.pk,)


@pytest.mark.parametrize("size", [1, 40])
def test_a_batch_costs_three_statements_whatever_its_size(
    alice: User, bob: User, conversation: Conversation, group: Conversation, size: int
) -> None:
    drafts = [draft((alice, bob)[n % 2], (conversation, group)[n % 2], f"{n}", nonce=f"n{n}") for n in range(size)]

    with CaptureQueriesContext(
        connection,
    ) as captured:
        outcomes = send_messages(drafts)

    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert len([query for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]]) == 3
