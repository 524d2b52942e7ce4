from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db.models import Count

from messenger.models import Conversation, Message, Offer, Participant, User
from tests.rest import Rest


@pytest.fixture(autouse=True)
def _demo_password(settings: LazySettings) -> None:
    settings.MESSENGER_DEMO_PASSWORD = "demo-password"


def _seed(*options: str) -> str:
    out = StringIO()
    call_command("seed_demo", *options, stdout=out)
    return out.getvalue()


def test_it_holds_five_people_three_offers_and_a_conversation_of_every_type(db: None) -> None:
    _seed()

    assert User.objects.count() == 5
    assert set(Offer.objects.values_list("kind", flat=True)) == {"supplier", "package", "listing"}
    assert set(Conversation.objects.values_list("type", flat=True)) == set(Conversation.Type.values)
    assert not Participant.objects.filter(user__email="mallory@example.com").exists()


def test_twice_makes_nothing_twice(db: None) -> None:
    _seed()
    before = [model.objects.count() for model in (User, Offer, Conversation, Participant, Message)]

    said = _seed()

    assert said.startswith("0 new conversations")
    assert [model.objects.count() for model in (User, Offer, Conversation, Participant, Message)] == before


def test_its_people_write_to_each_other_as_a_marketplace_allows(db: None, settings: LazySettings) -> None:
    settings.MESSENGER_CONTACT_POLICY = "marketplace"

    _seed()

    assert set(Conversation.objects.values_list("type", flat=True)) == set(Conversation.Type.values)


@pytest.mark.parametrize("name", ["alice", "bob", "carol", "mallory", "adam"])
def test_each_of_them_can_sign_in(db: None, name: str) -> None:
    _seed()

    assert Rest().sign_in(f"{name}@example.com", "demo-password")[0] == 200


def test_it_happened_before_now_and_in_order(db: None) -> None:
    _seed()

    for conversation in Conversation.objects.all():
        times = list(conversation.messages.order_by("seq").values_list("created_at", flat=True))
        assert times == sorted(times)
        assert conversation.last_activity_at == times[-1]
        assert conversation.created_at <= times[0]


def test_a_changed_password_is_set_anew(db: None, settings: LazySettings) -> None:
    _seed()
    settings.MESSENGER_DEMO_PASSWORD = "another-demo-password"

    _seed()

    assert Rest().sign_in("alice@example.com", "another-demo-password")[0] == 200


def test_without_a_password_it_makes_nobody(db: None, settings: LazySettings) -> None:
    settings.MESSENGER_DEMO_PASSWORD = ""

    with pytest.raises(CommandError, match="MESSENGER_DEMO_PASSWORD is empty"):
        _seed()

    assert not User.objects.exists()


@pytest.mark.slow
def test_large_adds_200_conversations_and_one_of_10000_messages(db: None) -> None:
    _seed("--large")

    sizes = Conversation.objects.annotate(size=Count("messages")).values_list("size", flat=True)
    assert Conversation.objects.count() == 9 + 201
    assert max(sizes) == 10_000
    assert _seed("--large").startswith("0 new conversations")
