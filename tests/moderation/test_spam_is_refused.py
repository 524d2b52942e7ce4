from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from messenger.errors import MessageRejected
from messenger.events import Event
from messenger.models import Message, User
from messenger.services import spam_counts
from messenger.services.drafts import Draft
from messenger.services.sending import Sent, send_messages
from messenger.services.spam import Signs, Verdict, score
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, client_of, open_direct, say

OFFER = "Cheap watches for everybody, today only"


@pytest.fixture(autouse=True)
def fresh_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has written anything yet in this process."""
    monkeypatch.setattr(spam_counts, "memory", spam_counts.Memory())


@pytest.fixture
def places(alice: User) -> list[str]:
    """Alice's conversations with twenty people."""
    User.objects.filter(pk=alice.pk).update(created_at=timezone.now() - timedelta(days=30))
    people = User.objects.bulk_create(
        User(email=f"guest{number}@example.com", display_name=f"Guest {number}") for number in range(20)
    )
    User.objects.filter(pk=alice.pk).update(subscription_tier="pro")
    found = [open_direct(client_of(alice), person) for person in people]
    User.objects.filter(pk=alice.pk).update(subscription_tier="free")
    return found


def _refused_at(client: Rest, places: list[str], content: str) -> int | None:
    """Which message of the same text, counted from 1, is refused; the ones before are taken."""
    for number, place in enumerate(places, 1):
        status, answer = client.post(f"{CONVERSATIONS}/{place}/messages", {"content": content})
        if status == 422:
            assert answer["code"] == "message_rejected"
            return number
        assert status == 201, answer
    return None


@pytest.mark.parametrize(
    ("signs", "points"),
    [
        (Signs(), 0),
        (Signs(links=3), 0),
        (Signs(links=4), 8),
        (Signs(links=16), 104),
        (Signs(copies_elsewhere=5), 0),
        (Signs(copies_elsewhere=14), 108),
        (Signs(copies_elsewhere=8, links=1), 100),
        (Signs(copies_here=10), 0),
        (Signs(copies_here=20), 100),
        (Signs(burst=20), 30),
        (Signs(words={"casino": 60, "free money": 100}), 160),
        (Signs(copies_elsewhere=12, is_new_account=True), 126),
        (Signs(copies_elsewhere=14, tier="pro"), 54),
        (Signs(copies_elsewhere=14, tier="pro_plus"), 27),
        (Signs(words={"casino": 60}, tier="pro_plus"), 60),
        (Signs(is_new_account=True), 0),
    ],
)
def test_each_sign_has_its_points(signs: Signs, points: int) -> None:
    assert score(signs).points == points


def test_the_verdict_says_why() -> None:
    assert score(Signs(copies_elsewhere=9, copies_here=11, links=4, burst=16, words={"casino": 100})) == Verdict(
        points=10 + 120 + 8 + 30 + 100,
        reasons=(
            "the same text went to 9 conversations",
            "the same text came 11 times within a minute",
            "it holds 4 links",
            "16 messages within ten seconds",
            "it holds “casino”",
        ),
    )


def test_the_same_text_to_many_is_refused_and_says_why(as_alice: Rest, places: list[str]) -> None:
    refused = _refused_at(as_alice, places, OFFER)

    assert refused == 14
    details = as_alice.post(f"{CONVERSATIONS}/{places[14]}/messages", {"content": OFFER})[1]["details"]
    assert details == {
        "score": 150,
        "limit": 100,
        "reasons": ["the same text went to 15 conversations", "15 messages within ten seconds"],
    }


def test_with_a_link_it_takes_fewer(as_alice: Rest, places: list[str]) -> None:
    assert _refused_at(as_alice, places, "Look at https://watches.example") == 8


def test_a_new_account_is_believed_less(as_alice: Rest, alice: User, places: list[str]) -> None:
    User.objects.filter(pk=alice.pk).update(created_at=timezone.now())

    assert _refused_at(as_alice, places, OFFER) == 11


def test_greetings_may_be_repeated(as_alice: Rest, places: list[str]) -> None:
    assert _refused_at(as_alice, places, "Good morning!") is None


def test_other_people_may_say_the_same(as_alice: Rest, as_bob: Rest, carol: User, places: list[str]) -> None:
    assert _refused_at(as_alice, places, OFFER) == 14

    assert say(as_bob, open_direct(as_bob, carol), OFFER)["content"] == OFFER


def test_what_is_refused_is_neither_stored_nor_told(
    as_alice: Rest, talk: str, settings: object, published: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MESSENGER_SPAM_WORDS = {"casino": 100, "free money": 40}  # type: ignore[attr-defined]
    published.clear()

    status, answer = as_alice.post(f"{CONVERSATIONS}/{talk}/messages", {"content": "The best CASI\u200bNO in town"})

    assert (status, answer["code"]) == (422, "message_rejected")
    assert answer["message"] == "This message looks like spam and was not sent: it holds “casino”."
    assert not Message.objects.exists()
    assert published == []
    assert say(as_alice, talk, "Casinos and free money are something else")["seq"] == 1


def test_an_edit_is_judged_too(as_alice: Rest, talk: str, settings: object) -> None:
    settings.MESSENGER_SPAM_WORDS = {"casino": 100}  # type: ignore[attr-defined]
    message = say(as_alice, talk, "Hello")

    status, answer = as_alice.patch(f"{M}/messages/{message['id']}", {"content": "Casino"})

    assert (status, answer["code"]) == (422, "message_rejected")
    assert Message.objects.get().content == "Hello"


def test_so_is_the_first_message_of_a_conversation(as_alice: Rest, bob: User, settings: object) -> None:
    settings.MESSENGER_SPAM_WORDS = {"casino": 100}  # type: ignore[attr-defined]

    status, answer = as_alice.post(CONVERSATIONS, {"participantIds": [bob.pk], "message": "Casino!"})

    assert (status, answer["code"]) == (422, "message_rejected")
    assert as_alice.get(CONVERSATIONS)[1]["total"] == 0


def test_administrators_are_believed(as_adam: Rest, bob: User, settings: object) -> None:
    settings.MESSENGER_SPAM_WORDS = {"casino": 100}  # type: ignore[attr-defined]

    assert say(as_adam, open_direct(as_adam, bob), "Who says casino?")["seq"] == 1


def test_it_can_be_switched_off(as_alice: Rest, places: list[str], settings: object) -> None:
    settings.MESSENGER_SPAM_SCORE = 0  # type: ignore[attr-defined]

    assert _refused_at(as_alice, places, OFFER) is None


def test_a_batch_with_spam_in_it_costs_no_statement_more(alice: User, bob: User, talk: str, settings: object) -> None:
    settings.MESSENGER_SPAM_WORDS = {"casino": 100}  # type: ignore[attr-defined]
    drafts = [
        Draft(sender_id=alice.pk, conversation_id=int(talk), content="Casino" if number % 3 else f"Line {number}")
        for number in range(12)
    ]

    with CaptureQueriesContext(
        connection,
    ) as queries:
        outcomes = send_messages(drafts)

    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert [type(outcome) for outcome in outcomes] == [Sent, MessageRejected, MessageRejected] * 4
    assert len(statements) <= 4


def test_without_valkey_this_process_counts(
    as_alice: Rest, places: list[str], settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spam_counts, "_local", spam_counts._LocalCounts())
    settings.REDIS_URL = "memory"  # type: ignore[attr-defined]

    assert _refused_at(as_alice, places, OFFER) == 14
