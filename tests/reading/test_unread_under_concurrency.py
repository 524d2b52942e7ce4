"""Sends, reads and deletions of several processes at once leave the same numbers as a plain recount."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from messenger.models import Conversation, Message, Participant, User
from messenger.services.conversations import NewConversation, open_conversation
from messenger.services.drafts import Draft
from messenger.services.editing import delete_message
from messenger.services.reading import mark_delivered, mark_read
from messenger.services.sending import send_message


def _act(seed: int, people: list[User], conversation_id: int) -> None:
    chance = random.Random(seed)
    try:
        for _ in range(40):
            actor = chance.choice(people)
            kind = chance.random()
            if kind < 0.5:
                send_message(Draft(sender_id=actor.pk, conversation_id=conversation_id, content="Hello"))
            elif kind < 0.8:
                last_seq = Conversation.objects.get(pk=conversation_id).last_seq
                up_to = chance.choice([None, chance.randint(0, last_seq)])
                mark_read(reader=actor, conversation_id=conversation_id, up_to_seq=up_to)
            elif kind < 0.9:
                mark_delivered(receiver=actor, conversation_id=conversation_id, up_to_seq=chance.randint(0, 90))
            else:
                _delete_one(actor, conversation_id, chance)
    finally:
        connection.close()


def _delete_one(actor: User, conversation_id: int, chance: random.Random) -> None:
    sent = Message.objects.filter(conversation_id=conversation_id, sender=actor, deleted_at__isnull=True)
    ids = list(sent.values_list("pk", flat=True))
    if ids:
        delete_message(actor=actor, message_id=chance.choice(ids))


@pytest.mark.django_db(transaction=True)
def test_the_numbers_stay_exact(transactional_db: None, alice: User, bob: User, carol: User) -> None:
    User.objects.update(subscription_tier="pro_plus")
    people = [alice, bob, carol]
    wanted = NewConversation(type="group", participant_ids=(bob.pk, carol.pk))
    conversation_id = open_conversation(creator=alice, wanted=wanted).conversation[0].id

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda seed: _act(seed, people, conversation_id), range(6)))

    conversation = Conversation.objects.get(pk=conversation_id)
    assert Message.objects.count() == conversation.last_seq == conversation.countable_seq
    for seat in Participant.objects.filter(conversation=conversation):
        messages = Message.objects.filter(conversation=conversation, seq__gt=seat.last_read_seq)
        unread = messages.exclude(sender_id=seat.user_id).filter(deleted_at__isnull=True).count()
        assert conversation.countable_seq - seat.read_countable - seat.own_above - seat.deleted_above == unread
