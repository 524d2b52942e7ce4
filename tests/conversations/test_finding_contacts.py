import pytest
from django.conf import LazySettings

from messenger.models import Block, Offer, User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, client_of, open_direct, say


def _found(client: Rest, query: str = "") -> list[str]:
    status, answer = client.get(f"{M}/contacts{query}")
    assert status == 200
    assert answer["count"] == len(answer["contacts"])
    return [contact["displayName"] for contact in answer["contacts"]]


@pytest.fixture
def cast(alice: User, bob: User, carol: User, mallory: User, adam: User) -> None:
    """Everybody is there."""


def test_they_are_everybody_else_by_name(as_alice: Rest, cast: None) -> None:
    assert _found(as_alice) == ["Adam Abel", "Bob Baker", "Carol Chen", "Mallory Moss"]


def test_a_contact_shows_no_e_mail_address(as_alice: Rest, bob: User) -> None:
    assert as_alice.get(f"{M}/contacts?q=bob")[1]["contacts"] == [
        {
            "userId": str(bob.pk),
            "id": str(bob.pk),
            "displayName": "Bob Baker",
            "avatar": None,
            "role": "supplier",
            "status": "offline",
        }
    ]


def test_names_are_matched_and_never_e_mail_addresses(as_alice: Rest, cast: None) -> None:
    assert _found(as_alice, "?q=CAROL") == ["Carol Chen"]
    assert _found(as_alice, "?q=example.com") == _found(as_alice, "?q=%25") == []


def test_roles_and_limits_narrow_the_list(as_alice: Rest, cast: None) -> None:
    assert _found(as_alice, "?role=supplier") == ["Bob Baker", "Carol Chen"]
    assert _found(as_alice, "?limit=1") == ["Adam Abel"]
    assert as_alice.get(f"{M}/contacts?role=king")[0] == 400


def test_blocked_pairs_do_not_find_each_other(as_alice: Rest, as_bob: Rest, alice: User, bob: User) -> None:
    Block.objects.create(blocker=alice, blocked=bob)

    assert (_found(as_alice), _found(as_bob)) == ([], [])


def test_who_is_gone_is_not_found(as_alice: Rest, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)

    assert _found(as_alice) == []


def test_in_a_marketplace_customers_find_suppliers_owners_of_offers_and_support(
    as_alice: Rest, cast: None, mallory: User, settings: LazySettings
) -> None:
    settings.MESSENGER_CONTACT_POLICY = "marketplace"
    assert _found(as_alice) == ["Adam Abel", "Bob Baker", "Carol Chen"]

    Offer.objects.create(kind="listing", slug="chairs", title="Chairs", owner=mallory)

    assert _found(as_alice) == ["Adam Abel", "Bob Baker", "Carol Chen", "Mallory Moss"]


def test_in_a_marketplace_suppliers_find_customers_who_wrote_first(
    as_alice: Rest, as_bob: Rest, bob: User, settings: LazySettings
) -> None:
    settings.MESSENGER_CONTACT_POLICY = "marketplace"
    conversation_id = open_direct(as_alice, bob)
    assert _found(as_bob) == []

    say(as_alice, conversation_id)

    assert _found(as_bob) == ["Alice Martin"]


def test_the_policy_holds_for_new_conversations(
    as_alice: Rest, cast: None, mallory: User, bob: User, settings: LazySettings
) -> None:
    settings.MESSENGER_CONTACT_POLICY = "marketplace"

    status, answer = as_alice.post(CONVERSATIONS, {"participantIds": [mallory.pk]})

    assert (status, answer["code"]) == (400, "unknown_participant")
    assert as_alice.post(CONVERSATIONS, {"participantIds": [bob.pk]})[0] == 201
    assert client_of(bob).post(CONVERSATIONS, {"participantIds": [mallory.pk]})[0] == 400


def test_the_policy_does_not_hide_what_there_is_already(
    as_alice: Rest, as_bob: Rest, alice: User, bob: User, settings: LazySettings
) -> None:
    conversation_id = open_direct(as_alice, bob)
    settings.MESSENGER_CONTACT_POLICY = "marketplace"

    status, answer = as_bob.post(CONVERSATIONS, {"participantIds": [alice.pk]})
    assert (status, answer["conversation"]["id"]) == (200, str(conversation_id))

    context = {"type": "event", "referenceId": "another"}
    assert as_bob.post(CONVERSATIONS, {"participantIds": [alice.pk], "context": context})[0] == 400
    assert as_alice.post("/api/v4/messenger/blocks", {"userId": bob.pk})[0] == 201
    assert as_bob.post(CONVERSATIONS, {"participantIds": [alice.pk]})[1]["code"] == "unknown_participant"
