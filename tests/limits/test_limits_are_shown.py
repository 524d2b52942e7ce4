import pytest
from django.conf import LazySettings

from messenger.models import Conversation, User
from tests.rest import Rest
from tests.talks import M, client_of, open_direct, say


def test_they_show_what_is_left_of_the_tightest_limit(alice: User, bob: User, settings: LazySettings) -> None:
    settings.MESSENGER_RATE_LIMIT_FREE_MESSAGES = [(30, 60), (5, 86400)]
    client = client_of(alice)
    say(client, open_direct(client, bob))

    status, answer = client.get(f"{M}/limits/")

    assert (status, answer["tier"]) == (200, "free")
    assert (answer["messages"]["limit"], answer["messages"]["remaining"]) == (5, 4)
    assert answer["messages"]["resetAt"].endswith("Z")
    assert (answer["conversations"]["limit"], answer["conversations"]["remaining"]) == (10, 9)
    assert answer["uploads"]["remaining"] == answer["uploads"]["limit"] == 20
    assert answer["search"]["remaining"] == answer["search"]["limit"] == 30


def test_a_send_over_the_limit_says_when_to_come_back(alice: User, bob: User, settings: LazySettings) -> None:
    settings.MESSENGER_RATE_LIMIT_FREE_MESSAGES = [(2, 60)]
    client = client_of(alice)
    conversation_id = open_direct(client, bob)
    say(client, conversation_id)
    say(client, conversation_id)

    status, answer = client.post(f"{M}/conversations/{conversation_id}/messages", {"content": "Three"})

    assert (status, answer["code"]) == (429, "rate_limited")
    assert (answer["details"]["limit"], answer["details"]["remaining"]) == (2, 0)
    assert 1 <= int(client.last.headers["Retry-After"]) <= 60
    assert client.get(f"{M}/limits")[1]["messages"]["remaining"] == 0


def test_a_higher_tier_has_more(alice: User, settings: LazySettings) -> None:
    settings.MESSENGER_RATE_LIMIT_PRO_MESSAGES = [(120, 60)]
    User.objects.filter(pk=alice.pk).update(subscription_tier="pro")

    _, answer = client_of(alice).get(f"{M}/limits")

    assert (answer["tier"], answer["messages"]["limit"]) == ("pro", 120)


def test_nobody_signed_in_has_none(rest: Rest) -> None:
    assert rest.get(f"{M}/limits")[0] == 401


@pytest.mark.parametrize("message", ["Hello", "x" * 10_001, " "], ids=["no message left", "too long", "empty"])
def test_a_refused_conversation_costs_nothing(
    alice: User, bob: User, carol: User, settings: LazySettings, message: str
) -> None:
    settings.MESSENGER_RATE_LIMIT_FREE_MESSAGES = [(1, 60)]
    client = client_of(alice)
    say(client, open_direct(client, bob))

    statuses = [client.post(f"{M}/conversations", {"participantIds": [carol.pk], "message": message})[0] for _ in "123"]

    assert statuses == [429 if message == "Hello" else 400] * 3
    assert Conversation.objects.count() == 1
    assert client.get(f"{M}/limits")[1]["conversations"]["remaining"] == 9
