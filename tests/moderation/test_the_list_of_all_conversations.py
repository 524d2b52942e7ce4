import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from messenger.models import Conversation, User
from tests.moderation.admin_routes import A
from tests.rest import Rest
from tests.talks import M, open_direct, open_group, say

LIST = f"{A}/conversations"


@pytest.fixture
def talks(as_alice: Rest, as_bob: Rest, bob: User, carol: User) -> dict[str, str]:
    """Two direct conversations and a closed group; the one with bob was reported, and is the newest."""
    found = {
        "carol": open_direct(as_alice, carol),
        "party": open_group(as_alice, bob, carol, title="Summer 100% party"),
        "bob": open_direct(as_alice, bob),
    }
    Conversation.objects.filter(pk=found["party"]).update(status="closed")
    message = say(as_bob, found["bob"], "Buy now")
    as_alice.post(f"{M}/messages/{message['id']}/report", {"reason": "spam"})
    return found


def _listed(client: Rest, query: str = "") -> list[str]:
    status, answer = client.get(f"{LIST}?{query}")
    assert status == 200, answer
    return [conversation["id"] for conversation in answer["conversations"]]


def test_it_shows_who_talks_and_never_what(as_adam: Rest, talks: dict[str, str]) -> None:
    answer = as_adam.get(LIST)[1]

    newest = answer["conversations"][0]
    assert (answer["total"], answer["count"], answer["hasMore"]) == (3, 3, False)
    assert (newest["id"], newest["reports"]) == (talks["bob"], {"total": 1, "open": 1})
    assert {person["displayName"] for person in newest["participants"]} == {"Alice Martin", "Bob Baker"}
    assert "Buy now" not in str(answer)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("status=closed", ["party"]),
        ("type=direct", ["bob", "carol"]),
        ("reported=true", ["bob"]),
        ("reported=false", ["party", "carol"]),
        ("search=summer", ["party"]),
        ("search=100%25", ["party"]),
        ("search=1_0", []),
        ("search=baker", ["bob", "party"]),
        ("search=CAROL@example.com", ["party", "carol"]),
        ("search=example.com", []),
        ("search=party&status=active", []),
    ],
)
def test_it_can_be_narrowed(as_adam: Rest, talks: dict[str, str], query: str, names: list[str]) -> None:
    assert _listed(as_adam, query) == [talks[name] for name in names]


def test_it_shows_one_persons(as_adam: Rest, talks: dict[str, str], carol: User) -> None:
    assert _listed(as_adam, f"participant={carol.pk}") == [talks["party"], talks["carol"]]


def test_it_comes_in_pages_by_cursor_and_by_skip(as_adam: Rest, talks: dict[str, str]) -> None:
    first = as_adam.get(f"{LIST}?limit=2")[1]
    second = as_adam.get(f"{LIST}?limit=2&cursor={first['nextCursor']}")[1]
    skipped = as_adam.get(f"{LIST}?limit=2&skip=2")[1]

    assert [item["id"] for item in first["conversations"]] == [talks["bob"], talks["party"]]
    assert [item["id"] for item in second["conversations"]] == [talks["carol"]]
    assert skipped == second
    assert (first["hasMore"], first["total"], second["hasMore"], second["total"]) == (True, 3, False, 3)


def test_twenty_are_a_page_and_cost_what_one_costs(
    as_adam: Rest, as_alice: Rest, bob: User, carol: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(10):
        open_group(as_alice, bob, carol)
    Conversation.objects.bulk_create(Conversation(type="support") for _ in range(15))

    with django_assert_max_num_queries(5):
        answer = as_adam.get(LIST)[1]

    assert (answer["count"], answer["total"], answer["hasMore"]) == (20, 25, True)


@pytest.mark.parametrize(
    "query", ["status=open", "type=chat", "reported=maybe", "participant=x", "skip=-1", "cursor=x", "limit=0"]
)
def test_a_bad_question_is_refused(as_adam: Rest, query: str) -> None:
    status, answer = as_adam.get(f"{LIST}?{query}")

    assert (status, answer["code"]) == (400, "validation_error")
