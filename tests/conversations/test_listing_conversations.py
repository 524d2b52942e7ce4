from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from messenger.models import Conversation, Participant, User
from messenger.selectors.inbox import inbox_of
from tests.rest import Rest
from tests.talks import CONVERSATIONS, listed, open_direct, open_group, say, seen


def _many(alice: User, bob: User, count: int) -> list[str]:
    """Conversations of the two, the last one with the newest activity."""
    now = timezone.now()
    rows = Conversation.objects.bulk_create(
        Conversation(
            type="enquiry",
            pair_key=f"test:{number}",
            title=f"Enquiry {number}",
            participant_count=2,
            version=1,
            last_activity_at=now + timedelta(seconds=number),
        )
        for number in range(count)
    )
    Participant.objects.bulk_create(Participant(conversation=row, user=user) for row in rows for user in (alice, bob))
    return [str(row.pk) for row in rows]


def test_the_newest_activity_comes_first_and_pinned_before_it(as_alice: Rest, alice: User, bob: User) -> None:
    first, second, third = _many(alice, bob, 3)
    as_alice.patch(f"{CONVERSATIONS}/{first}", {"isPinned": True})
    say(as_alice, second)

    assert listed(as_alice) == [first, third, second]
    say_time = seen(as_alice, second)["updatedAt"]
    assert say_time == seen(as_alice, second)["lastMessage"]["createdAt"]


def test_pages_hold_everything_once(as_alice: Rest, alice: User, bob: User) -> None:
    ids = _many(alice, bob, 7)
    pages, cursor = [], ""

    for _ in range(3):
        _, answer = as_alice.get(f"{CONVERSATIONS}?limit=3{cursor}")
        pages.append([conversation["id"] for conversation in answer["conversations"]])
        cursor = f"&cursor={answer['nextCursor']}"

    assert pages == [ids[:3:-1], ids[3:0:-1], ids[:1]]
    assert (answer["count"], answer["total"], answer["hasMore"], answer["nextCursor"]) == (1, 7, False, None)


def test_what_moves_up_between_pages_takes_nothing_away(as_alice: Rest, alice: User, bob: User) -> None:
    ids = _many(alice, bob, 4)
    _, answer = as_alice.get(f"{CONVERSATIONS}?limit=2")
    Conversation.objects.filter(pk=ids[0]).update(last_activity_at=timezone.now() + timedelta(hours=1))

    assert listed(as_alice, f"?limit=2&cursor={answer['nextCursor']}") == [ids[1]]


@pytest.mark.parametrize("cursor", ["x", "a.b.c", "WyIxIl0.AAAA", "%F0%9F%92%A9"])
def test_a_forged_cursor_is_refused(as_alice: Rest, cursor: str) -> None:
    status, answer = as_alice.get(f"{CONVERSATIONS}?cursor={cursor}")

    assert (status, list(answer["details"])) == (400, ["cursor"])


def test_a_cursor_is_good_for_its_own_list_and_person_only(
    as_alice: Rest, as_bob: Rest, alice: User, bob: User
) -> None:
    _many(alice, bob, 3)
    cursor = as_alice.get(f"{CONVERSATIONS}?limit=1")[1]["nextCursor"]

    assert as_alice.get(f"{CONVERSATIONS}?limit=1&unread=true&cursor={cursor}")[0] == 400
    assert as_bob.get(f"{CONVERSATIONS}?limit=1&cursor={cursor}")[0] == 400


@pytest.mark.parametrize("query", ["limit=-5", "limit=0", "limit=x", "skip=-1", "unread=maybe", "type=foo", "status=1"])
def test_a_query_that_makes_no_sense_is_refused(as_alice: Rest, query: str) -> None:
    assert as_alice.get(f"{CONVERSATIONS}?{query}")[0] == 400


def test_a_limit_over_the_maximum_means_the_maximum(as_alice: Rest, alice: User, bob: User) -> None:
    _many(alice, bob, 101)

    assert len(listed(as_alice, "?limit=5000")) == 100
    assert len(listed(as_alice)) == 50


def test_skip_leaves_the_first_ones_out(as_alice: Rest, alice: User, bob: User) -> None:
    ids = _many(alice, bob, 3)

    assert listed(as_alice, "?skip=1") == [ids[1], ids[0]]
    assert as_alice.get(f"{CONVERSATIONS}?skip=9")[1]["total"] == 3


def test_filters_narrow_the_list(as_alice: Rest, as_bob: Rest, bob: User, carol: User) -> None:
    direct = open_direct(as_alice, bob)
    group = open_group(as_alice, bob, carol, title="Summer party")
    booking = open_direct(as_alice, bob, context={"type": "booking", "referenceId": "B-7", "referenceTitle": "Hall"})
    say(as_bob, direct)
    as_alice.patch(f"{CONVERSATIONS}/{booking}", {"isPinned": True})
    as_alice.patch(f"{CONVERSATIONS}/{group}", {"status": "closed"})

    assert listed(as_alice, "?unread=true") == [direct]
    assert listed(as_alice, "?unread=false") == [booking, group]
    assert listed(as_alice, "?pinned=true") == [booking]
    assert listed(as_alice, "?status=closed") == [group]
    assert listed(as_alice, "?type=group") == [group]
    assert listed(as_alice, "?context=booking") == listed(as_alice, "?context=booking:B-7") == [booking]
    assert listed(as_alice, "?context=booking:B-8") == listed(as_alice, "?context=package") == []


def test_search_finds_titles_contexts_and_the_others_names(as_alice: Rest, bob: User, carol: User) -> None:
    group = open_group(as_alice, bob, carol, title="Summer 100% party_")
    booking = open_direct(as_alice, bob, context={"type": "booking", "referenceId": "B-7", "referenceTitle": "Hall"})

    assert listed(as_alice, "?search=summer") == [group]
    assert listed(as_alice, "?search=hALL") == [booking]
    assert listed(as_alice, "?search=chen") == [group]
    assert listed(as_alice, "?search=alice") == []
    assert listed(as_alice, "?search=100%25 ") == [group]
    assert listed(as_alice, "?search=0__p") == []
    assert listed(as_alice, "?search=example.com") == []


def test_archived_ones_show_only_where_asked_for(as_alice: Rest, bob: User, carol: User) -> None:
    kept, archived = open_direct(as_alice, bob), open_direct(as_alice, carol)
    as_alice.patch(f"{CONVERSATIONS}/{archived}", {"isArchived": True})

    assert listed(as_alice) == [kept]
    assert listed(as_alice, "?archived=true") == [archived]


def test_a_message_brings_an_archived_conversation_back(as_alice: Rest, as_bob: Rest, bob: User) -> None:
    conversation_id = open_direct(as_alice, bob)
    as_alice.patch(f"{CONVERSATIONS}/{conversation_id}", {"isArchived": True})

    say(as_bob, conversation_id)

    assert listed(as_alice) == [conversation_id]


def test_a_muted_one_stays_in_the_archive(as_alice: Rest, as_bob: Rest, bob: User) -> None:
    conversation_id = open_direct(as_alice, bob)
    as_alice.patch(f"{CONVERSATIONS}/{conversation_id}", {"isArchived": True, "isMuted": True})

    say(as_bob, conversation_id)

    assert listed(as_alice) == []


def test_at_most_fifty_participants_are_listed_ones_own_among_them(as_bob: Rest, bob: User, alice: User) -> None:
    crowd = [User(email=f"guest{number}@example.com", display_name=f"Guest {number}") for number in range(80)]
    people = User.objects.bulk_create(crowd)
    owner = Rest().as_user(people[0])
    conversation_id = open_group(owner, *people[1:], alice, bob)

    conversation = seen(as_bob, conversation_id)

    assert (conversation["participantCount"], len(conversation["participants"])) == (82, 50)
    assert [entry["userId"] for entry in conversation["participants"] if "unreadCount" in entry] == [str(bob.pk)]


@pytest.mark.parametrize("count", [1, 60])
def test_the_list_costs_two_statements_whatever_its_length(
    alice: User, bob: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _many(alice, bob, count)

    with django_assert_num_queries(2):
        page = inbox_of(user=alice, limit=100)

    assert len(page.conversations) == count


@pytest.mark.parametrize("count", [1, 60])
def test_the_whole_request_stays_within_five(
    as_alice: Rest, alice: User, bob: User, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    _many(alice, bob, count)
    as_alice.get("/api/v4/auth/me")

    with django_assert_max_num_queries(5):
        ids = listed(as_alice, "?limit=100")

    assert len(ids) == count
