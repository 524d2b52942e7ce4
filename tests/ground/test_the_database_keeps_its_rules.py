from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, models, transaction

from messenger.models import Block, Conversation, Message, Offer, Participant, Reaction, User
from moderation.models import Report
from tests.talks import M, client_of, open_direct, say

_CHANGES: list[tuple[str, type[models.Model], dict[str, Any]]] = [
    ("user_email_lower", User, {"email": "Alice@example.com"}),
    ("user_role_known", User, {"role": "king"}),
    ("user_tier_known", User, {"subscription_tier": "gold"}),
    ("conversation_type_known", Conversation, {"type": "thread"}),
    ("conversation_status_known", Conversation, {"status": "archived"}),
    ("conversation_numbers", Conversation, {"version": -1}),
    ("conversation_countable", Conversation, {"countable_seq": 99}),
    ("conversation_direct_has_pair_key", Conversation, {"pair_key": None}),
    ("participant_role_known", Participant, {"member_role": "king"}),
    ("participant_notify_known", Participant, {"notify": "often"}),
    ("participant_read_is_delivered", Participant, {"last_read_seq": 50}),
    ("participant_counts_not_negative", Participant, {"own_above": -1}),
    ("message_numbers", Message, {"seq": 0}),
    ("message_type_known", Message, {"type": "poem"}),
    ("report_reason_known", Report, {"reason": "boredom"}),
    ("report_status_known", Report, {"status": "lost"}),
]

_TWICE: list[tuple[str, type[models.Model]]] = [
    ("participant_unique", Participant),
    ("message_seq_unique", Message),
    ("reaction_unique", Reaction),
    ("block_unique", Block),
    ("report_once_per_message", Report),
    ("offer_slug_unique", Offer),
    ("messenger_conversation_pair_key_key", Conversation),
    ("messenger_user_email_key", User),
]


@pytest.fixture
def everything(alice: User, bob: User) -> None:
    """One row of each kind."""
    as_alice, as_bob = client_of(alice), client_of(bob)
    talk = open_direct(as_alice, bob)
    message = say(as_bob, talk, "Hello", clientNonce="n-1")
    as_alice.post(f"{M}/messages/{message['id']}/report", {"reason": "spam"})
    as_alice.post(f"{M}/conversations/{talk}/messages/{message['id']}/react", {"emoji": "👍"})
    Block.objects.create(blocker=alice, blocked=bob)
    Offer.objects.create(kind="package", slug="hall", title="Hall", owner=bob)


def _refusal_of(refused: pytest.ExceptionInfo[IntegrityError]) -> str | None:
    cause = refused.value.__cause__
    assert isinstance(cause, psycopg.Error)
    return cause.diag.constraint_name


@pytest.mark.parametrize(("constraint", "model", "change"), _CHANGES)
def test_a_row_that_makes_no_sense_is_refused(
    everything: None, constraint: str, model: type[models.Model], change: dict[str, Any]
) -> None:
    row = model._default_manager.order_by("pk")[:1]

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        model._default_manager.filter(pk__in=row).update(**change)

    assert _refusal_of(refused) == constraint


@pytest.mark.parametrize(("constraint", "model"), _TWICE)
def test_a_row_that_may_be_there_once_is_refused_a_second_time(
    everything: None, constraint: str, model: type[models.Model]
) -> None:
    row = model._default_manager.order_by("pk")[0]
    row.pk = None
    row._state.adding = True

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        model._default_manager.bulk_create([row])

    assert _refusal_of(refused) == constraint


def test_a_nonce_is_stored_once_for_its_sender_and_conversation(everything: None) -> None:
    row = Message.objects.get(nonce="n-1")
    row.pk, row.seq = None, row.seq + 1

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Message.objects.bulk_create([row])

    assert _refusal_of(refused) == "message_nonce_unique"


def test_nobody_blocks_themselves(everything: None, alice: User) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Block.objects.create(blocker=alice, blocked=alice)

    assert _refusal_of(refused) == "block_not_oneself"
