from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from messenger.events import Event
from messenger.models import Participant, User
from moderation.models import AuditEntry
from tests.moderation.admin_routes import A
from tests.rest import Rest
from tests.talks import M, client_of, lines, say

SENTENCE = "A complaint by phone"


def _looks() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "reason"))


@pytest.mark.parametrize("path", ["", "/messages"])
def test_without_a_reason_there_is_nothing_to_see(as_adam: Rest, as_bob: Rest, talk: str, path: str) -> None:
    say(as_bob, talk, "Between us")

    status, answer = as_adam.get(f"{A}/conversations/{talk}{path}")
    blank = as_adam.get(f"{A}/conversations/{talk}{path}?reason=%20")

    assert (status, answer["code"], blank[0]) == (400, "reason_required", 400)
    assert "Between us" not in str(answer)
    assert _looks() == []


def test_a_reason_lasts_a_day_for_that_conversation_and_that_person(
    as_adam: Rest, as_alice: Rest, as_bob: Rest, carol: User, talk: str
) -> None:
    other = as_alice.post(f"{M}/conversations", {"participantIds": [carol.pk]})[1]["conversation"]["id"]
    anna = client_of(User.objects.create_superuser("anna@example.com", display_name="Anna Admin"))

    statuses = [
        as_adam.get(f"{A}/conversations/{talk}?reason={SENTENCE}")[0],
        as_adam.get(f"{A}/conversations/{talk}/messages")[0],
        as_adam.get(f"{A}/conversations/{other}")[0],
        anna.get(f"{A}/conversations/{talk}")[0],
    ]

    assert statuses == [200, 200, 400, 400]
    assert _looks() == [("conversation_viewed", SENTENCE), ("messages_viewed", SENTENCE)]


def test_a_look_later_that_day_does_not_make_the_reason_last_longer(as_adam: Rest, adam: User, talk: str) -> None:
    old = {"actor_id": adam.pk, "conversation_id": talk, "target_type": "conversation", "reason": SENTENCE}
    AuditEntry.objects.create(action="conversation_viewed", created_at=timezone.now() - timedelta(hours=25), **old)
    AuditEntry.objects.create(action="messages_viewed", facts={"reasonGivenEarlier": True}, **old)

    assert as_adam.get(f"{A}/conversations/{talk}")[0] == 400


def test_each_look_is_recorded_with_who_and_what(as_adam: Rest, adam: User, talk: str) -> None:
    as_adam.get(f"{A}/conversations/{talk}/messages?reason={SENTENCE}")

    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.actor_name, entry.target_type, entry.target_id) == (
        adam.pk,
        "Adam Abel",
        "conversation",
        int(talk),
    )


def test_it_changes_no_read_state_and_tells_nobody(
    as_adam: Rest, as_bob: Rest, talk: str, published: list[Event]
) -> None:
    say(as_bob, talk)
    before = list(Participant.objects.order_by("pk").values())
    published.clear()

    as_adam.get(f"{A}/conversations/{talk}?reason=x")
    as_adam.get(f"{A}/conversations/{talk}/messages")

    assert list(Participant.objects.order_by("pk").values()) == before
    assert published == []


def test_messages_come_in_pages_without_what_was_deleted(
    as_adam: Rest, as_bob: Rest, bob: User, talk: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lines(bob, talk, 7)
    gone = say(as_bob, talk, "Taken back")
    as_bob.delete(f"{M}/messages/{gone['id']}")
    path = f"{A}/conversations/{talk}/messages"
    newest = as_adam.get(f"{path}?reason=x&limit=5")[1]

    with django_assert_max_num_queries(7):
        older = as_adam.get(f"{path}?limit=5&cursor={newest['nextCursor']}")[1]

    assert [item["content"] for item in newest["messages"]] == ["Line 3", "Line 4", "Line 5", "Line 6", ""]
    assert [item["content"] for item in older["messages"]] == ["Line 0", "Line 1", "Line 2"]
    assert (newest["hasMore"], older["hasMore"], older["hasNewer"]) == (True, False, True)
    around = as_adam.get(f"{path}?around=seq:2&limit=3")[1]
    assert [item["seq"] for item in around["messages"]] == [1, 2, 3]
    beyond = as_adam.get(f"{path}?after=seq:99")[1]
    assert (beyond["messages"], beyond["hasMore"], beyond["hasNewer"]) == ([], True, False)


def test_what_is_not_there_is_not_found_and_leaves_no_trace(as_adam: Rest) -> None:
    answers = [as_adam.get(f"{A}/conversations/{name}?reason=x")[0] for name in ("999999", "abc", "0")]

    assert answers == [404, 404, 404]
    assert _looks() == []


def test_earlier_texts_of_others_ask_for_a_reason_too(as_adam: Rest, as_bob: Rest, mallory: User, talk: str) -> None:
    message = say(as_bob, talk, "First")
    as_bob.patch(f"{M}/messages/{message['id']}", {"content": "Second"})
    path = f"{M}/messages/{message['id']}/history"

    assert client_of(mallory).get(path)[0] == 404
    assert as_adam.get(path)[1]["code"] == "reason_required"
    assert [edit["content"] for edit in as_adam.get(f"{path}?reason=x")[1]["history"]] == ["First"]
    assert _looks() == [("history_viewed", "x")]
