import json
from typing import Any

import pytest
from django.conf import LazySettings

from messenger.models import Conversation, Message, Participant, User
from tests.rest import Rest
from tests.sync.households import Household
from tests.talks import CONVERSATIONS, M, open_direct, open_group, say, seen

Json = dict[str, Any]
NUMBERS = ("version", "privateVersion", "pointerSum")


@pytest.fixture(autouse=True)
def _no_limits(settings: LazySettings) -> None:
    settings.MESSENGER_RATE_LIMIT = "off"


def ask(client: Rest, **body: object) -> Json:
    status, answer = client.post(f"{M}/sync", body)
    assert status == 200, answer
    return answer


def pages(client: Rest, **body: object) -> list[Json]:
    """All answers of a client that repeats its first numbers with each cursor."""
    answers = [ask(client, **body)]
    while answers[-1]["hasMore"]:
        assert len(answers) < 100
        answers.append(ask(client, **body, cursor=answers[-1]["cursor"]))
    return answers


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 20, 500])
@pytest.mark.parametrize("repeats_first", [False, True])
def test_any_limit_leads_to_the_same_copy(
    as_alice: Rest, bob: User, carol: User, limit: int, repeats_first: bool
) -> None:
    places = [open_direct(as_alice, bob), open_group(as_alice, bob, carol), open_direct(as_alice, carol)]
    for place in places:
        for number in range(4):
            say(as_alice, place, f"{number}")
    home = Household(carol)
    late = open_group(as_alice, carol, bob)
    messages = [say(as_alice, place, f"More {number}") for number in range(5) for place in (*places[1:], late)]
    as_alice.patch(f"{M}/messages/{messages[0]['id']}", {"content": "Edited"})

    home.sync(limit=limit, repeats_first=repeats_first)

    assert home.differences() == []


def test_a_page_holds_no_more_messages_than_asked_for(as_alice: Rest, as_bob: Rest, bob: User, carol: User) -> None:
    places = [open_direct(as_alice, bob), open_group(as_alice, bob, carol)]
    known = {place: {"version": 1, "privateVersion": 0, "pointerSum": 0} for place in places}
    for number in range(5):
        for place in places:
            say(as_alice, place, f"{number}")

    answers = pages(as_bob, conversations=known, limit=3)

    counts = [[len(messages) for messages in answer["messages"].values()] for answer in answers]
    assert counts == [[3], [2, 1], [3], [1]]
    assert [answer["hasMore"] for answer in answers] == [True, True, True, False]
    for place in places:
        rows = [row["seq"] for answer in answers for row in answer["messages"].get(place, [])]
        assert rows == [1, 2, 3, 4, 5]


def test_long_messages_come_in_pages_of_half_a_mebibyte(as_alice: Rest, bob: User, carol: User) -> None:
    talk, other = open_direct(as_alice, bob), open_group(as_alice, bob, carol)
    home = Household(bob)
    for number in range(20):
        say(as_alice, talk, f"{number} " + "€" * 9_990)
    for number in range(20):
        say(as_alice, other, f"{number} " + "€" * 9_990)

    sizes = [len(json.dumps(page, ensure_ascii=False).encode()) for page in pages(home.rest)]
    calls = home.sync()

    assert calls == 3
    assert [round(size / 524_288, 1) for size in sizes] == [1.2, 1.2]
    assert home.differences() == []


def test_metadata_counts_into_half_a_mebibyte(as_alice: Rest, bob: User) -> None:
    talk = open_direct(as_alice, bob)
    home = Household(bob)
    for number in range(240):
        say(as_alice, talk, f"{number}", metadata={"a": "x" * 4000})
    steps = home.copy.catch_up()
    answer = ask(home.rest, **next(steps))

    home.walk(steps, steps.send(answer))

    assert 0.9 < len(json.dumps(answer).encode()) / 524_288 < 1.3
    assert home.differences() == []


def test_positions_say_only_what_is_complete(as_alice: Rest, as_bob: Rest, bob: User) -> None:
    talk = open_direct(as_alice, bob)
    sent = [say(as_alice, talk, f"{number}") for number in range(5)]
    known = {talk: {"version": 1, "privateVersion": 0, "pointerSum": 0}}

    answers = pages(as_bob, conversations=known, limit=2)

    reached = [answer["positions"][talk]["version"] for answer in answers]
    assert reached == [sent[1]["version"], sent[3]["version"], sent[4]["version"]]
    assert reached[-1] == seen(as_bob, talk)["version"]


def test_what_changes_between_two_pages_is_not_lost(as_alice: Rest, bob: User) -> None:
    talk = open_direct(as_alice, bob)
    home = Household(bob)
    sent = [say(as_alice, talk, f"{number}") for number in range(6)]
    steps = home.copy.catch_up(limit=2)
    second_request = steps.send(ask(home.rest, **next(steps)))
    as_alice.patch(f"{M}/messages/{sent[0]['id']}", {"content": "Edited meanwhile"})
    as_alice.delete(f"{M}/messages/{sent[5]['id']}")

    home.walk(steps, second_request)

    assert home.differences() == []


def test_new_conversations_bring_their_newest_50(as_alice: Rest, as_bob: Rest, bob: User) -> None:
    talk = open_direct(as_alice, bob)
    for number in range(60):
        say(as_alice, talk, f"{number}")

    answer = ask(as_bob)

    assert [row["seq"] for row in answer["messages"][talk]] == list(range(11, 61))
    assert answer["hasMore"] is False


def test_hundreds_of_conversations_come_whole(as_alice: Rest, alice: User, bob: User) -> None:
    _give_conversations(alice, bob, 620)

    home = Household(alice)

    assert home.copy.positions() == _listed_positions(as_alice)
    assert {len(copy.messages.rows) for copy in home.copy.copies.values()} == {1}


def test_a_client_with_more_than_500_asks_in_parts(as_alice: Rest, alice: User, bob: User) -> None:
    _give_conversations(alice, bob, 620)
    home = Household(alice)
    keys = sorted(home.copy.copies, key=int)
    Conversation.objects.filter(pk__in=[keys[0], keys[599]]).update(version=2, title="Changed")

    refused, _ = as_alice.post(f"{M}/sync", {"conversations": home.copy.positions()})
    for part in (set(keys[:500]), set(keys[500:])):
        home.sync(part)

    assert refused == 400
    assert home.copy.positions() == _listed_positions(as_alice)
    assert home.copy.copies[keys[599]].data["title"] == "Changed"


def test_the_answer_costs_as_many_statements_for_much_as_for_little(
    as_alice: Rest, alice: User, bob: User, django_assert_max_num_queries: Any
) -> None:
    open_direct(as_alice, bob)
    ask(as_alice)
    with django_assert_max_num_queries(8) as little:
        ask(as_alice)
    _give_conversations(alice, bob, 80)

    with django_assert_max_num_queries(len(little)):
        answer = ask(as_alice)

    assert len(answer["conversations"]) == 81


def _listed_positions(client: Rest) -> Json:
    """Every conversation's numbers, as the list has them."""
    found: Json = {}
    while len(found) % 100 == 0:
        status, answer = client.get(f"{CONVERSATIONS}?limit=100&skip={len(found)}")
        assert status == 200
        found |= {item["id"]: {name: item[name] for name in NUMBERS} for item in answer["conversations"]}
    return found


def _give_conversations(alice: User, bob: User, number: int) -> None:
    """Many groups of the two, with one message each, stored at once."""
    groups = Conversation.objects.bulk_create(
        Conversation(type="group", participant_count=2, version=1, last_seq=1, countable_seq=1) for _ in range(number)
    )
    Participant.objects.bulk_create(
        Participant(conversation=group, user=user) for group in groups for user in (alice, bob)
    )
    messages = Message.objects.bulk_create(
        Message(conversation=group, seq=1, version=1, countable_seq=1, sender=bob, content="Hello") for group in groups
    )
    for group, message in zip(groups, messages, strict=True):
        group.last_message = message
    Conversation.objects.bulk_update(groups, ["last_message"])
