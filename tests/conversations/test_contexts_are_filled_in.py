import pytest

from messenger.models import Conversation, Offer, User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, open_direct


@pytest.fixture
def package(bob: User) -> Offer:
    return Offer.objects.create(
        kind="package", slug="gold-day", title="Gold day", picture="/static/gold.jpg", owner=bob
    )


def test_a_known_offer_is_filled_in_by_the_server(as_alice: Rest, bob: User, package: Offer) -> None:
    context = {"type": "package", "referenceId": "gold-day", "referenceTitle": "Cheap!", "referenceImage": "http://x/y"}

    _, answer = as_alice.post(CONVERSATIONS, {"participantIds": [bob.pk], "context": context})

    assert answer["conversation"]["context"] == {
        "type": "package",
        "referenceId": "gold-day",
        "referenceTitle": "Gold day",
        "referenceImage": "/static/gold.jpg",
        "url": "/packages/gold-day/",
        "id": "gold-day",
        "title": "Gold day",
        "imageUrl": "/static/gold.jpg",
    }


def test_of_an_unknown_offer_only_type_reference_and_title_are_kept(as_alice: Rest, bob: User) -> None:
    context = {
        "type": "booking",
        "id": 77,
        "title": " Our <b>booking</b> ",
        "imageUrl": "http://x/y",
        "url": "http://x",
    }

    _, answer = as_alice.post(CONVERSATIONS, {"participantIds": [bob.pk], "context": context})

    shown = answer["conversation"]["context"]
    assert (shown["type"], shown["referenceId"], shown["referenceTitle"]) == ("booking", "77", "Our <b>booking</b>")
    assert (shown["referenceImage"], shown["url"]) == (None, None)


def test_there_is_one_conversation_for_each_people_and_context(as_alice: Rest, bob: User, package: Offer) -> None:
    plain = open_direct(as_alice, bob)
    by_slug = open_direct(as_alice, bob, context={"type": "package", "referenceId": "gold-day"})
    by_id = open_direct(as_alice, bob, context={"type": "package", "referenceId": str(package.pk)})
    enquiry = open_direct(as_alice, bob, type="enquiry", context={"type": "package", "referenceId": "gold-day"})
    other = open_direct(as_alice, bob, context={"type": "event", "referenceId": "gold-day"})

    assert by_slug == by_id == enquiry
    assert len({plain, by_slug, other}) == Conversation.objects.count() == 3


@pytest.mark.parametrize(
    ("context", "field"),
    [
        ({"type": "spaceship", "referenceId": "1"}, "context.type"),
        ({"type": "package"}, "context.referenceId"),
        ({"type": "package", "referenceId": ""}, "context.referenceId"),
        ({"type": "package", "referenceId": ["1"]}, "context.referenceId"),
        ("package", "context"),
    ],
)
def test_a_context_that_makes_no_sense_is_refused(as_alice: Rest, bob: User, context: object, field: str) -> None:
    status, answer = as_alice.post(CONVERSATIONS, {"participantIds": [bob.pk], "context": context})

    assert (status, list(answer["details"])) == (400, [field])
    assert not Conversation.objects.exists()
