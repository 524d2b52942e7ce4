import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from messenger.models import Block, Conversation, Offer, User
from tests.rest import Rest
from tests.talks import open_direct, open_group, say


@pytest.fixture
def office(adam: User) -> Client:
    """The Django admin, with adam signed in."""
    client = Client()
    client.force_login(adam)
    return client


def test_a_conversation_shows_its_seats_and_none_of_its_texts(as_alice: Rest, office: Client, bob: User) -> None:
    conversation_id = open_direct(as_alice, bob)
    say(as_alice, conversation_id, "Between the two of us")
    as_alice.patch(f"/api/v4/messenger/conversations/{conversation_id}", {"draft": {"text": "Unsaid", "baseRev": 0}})

    page = office.get(f"/admin/messenger/conversation/{conversation_id}/change/")

    text = page.content.decode()
    assert page.status_code == 200
    assert ("Bob Baker" in text, "Between the two of us" in text, "Unsaid" in text) == (True, False, False)
    assert office.post(f"/admin/messenger/conversation/{conversation_id}/change/", {}).status_code == 403
    assert office.get("/admin/messenger/conversation/add/").status_code == 403


def test_the_lists_cost_the_same_for_one_and_for_many(
    as_alice: Rest, office: Client, bob: User, carol: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(8):
        open_group(as_alice, bob, carol)
    people = User.objects.bulk_create(
        [User(email=f"guest{number}@example.com", display_name=f"Guest {number}") for number in range(20)]
    )
    Block.objects.bulk_create(Block(blocker=bob, blocked=person) for person in people)
    newest = Conversation.objects.latest("pk").pk

    for path in ("conversation/", "block/", f"conversation/{newest}/change/"):
        with django_assert_max_num_queries(12):
            assert office.get(f"/admin/messenger/{path}").status_code == 200


def test_an_offer_takes_pictures_of_this_host_only(office: Client, bob: User) -> None:
    offer = {"kind": "package", "slug": "gold", "title": "Gold", "text": "", "owner": bob.pk}

    refused = office.post("/admin/messenger/offer/add/", {**offer, "picture": "https://elsewhere.example/x.png"})
    taken = office.post("/admin/messenger/offer/add/", {**offer, "picture": "/static/x.png"})

    assert (refused.status_code, taken.status_code) == (200, 302)
    assert Offer.objects.get().picture == "/static/x.png"
