from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from messenger.models import Conversation, Message, Participant, User
from messenger.services.contexts import ContextInput
from messenger.services.conversations import NewConversation, open_conversation


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("context", [None, ContextInput(type="booking", reference_id="B-7")])
def test_fifty_parallel_creations_make_one_row(
    transactional_db: None, alice: User, bob: User, context: ContextInput | None
) -> None:
    def create(number: int) -> tuple[int, bool]:
        creator, other = (alice, bob) if number % 2 else (bob, alice)
        try:
            wanted = NewConversation(participant_ids=(other.pk,), context=context)
            opened = open_conversation(creator=creator, wanted=wanted)
        finally:
            connection.close()
        return opened.conversation[0].id, opened.is_existing

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(create, range(50)))

    assert Conversation.objects.count() == 1
    assert Participant.objects.count() == 2
    assert {identifier for identifier, _ in answers} == {Conversation.objects.get().pk}
    assert [is_existing for _, is_existing in answers].count(False) == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_repeats_of_a_group_make_one(transactional_db: None, alice: User, bob: User, carol: User) -> None:
    wanted = NewConversation(participant_ids=(bob.pk, carol.pk), title="Party", message="Hello", nonce="g1")

    def create(_: int) -> tuple[int, int]:
        try:
            opened = open_conversation(creator=alice, wanted=wanted)
        finally:
            connection.close()
        assert opened.message is not None
        return opened.conversation[0].id, opened.message.id

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(create, range(16)))

    assert len(answers) == Conversation.objects.count() == Message.objects.count() == 1
