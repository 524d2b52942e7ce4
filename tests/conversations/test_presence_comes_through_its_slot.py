from collections.abc import Collection

import pytest

from messenger import slots
from messenger.models import User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, open_direct, seen


@pytest.fixture
def bob_is_online(alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, set[int]]]:
    """To alice, bob is online; gives what was asked."""
    asked: list[tuple[int, set[int]]] = []

    def presence_of(viewer_id: int, user_ids: Collection[int]) -> dict[int, str]:
        asked.append((viewer_id, set(user_ids)))
        return {bob.pk: "online"} if viewer_id == alice.pk else {}

    monkeypatch.setattr(slots, "_presence_of", [presence_of])
    return asked


def _status(conversation: dict[str, list[dict[str, str]]], user: User) -> str:
    return next(entry["status"] for entry in conversation["participants"] if entry["userId"] == str(user.pk))


def test_it_shows_on_participants_as_the_viewer_may_see_it(
    as_alice: Rest, as_bob: Rest, bob: User, bob_is_online: object
) -> None:
    conversation_id = open_direct(as_alice, bob)

    assert _status(seen(as_alice, conversation_id), bob) == "online"
    assert _status(seen(as_bob, conversation_id), bob) == "offline"
    assert as_alice.get(f"{CONVERSATIONS}/{conversation_id}/participants")[1]["participants"][1]["status"] == "online"
    assert as_alice.get(f"{M}/contacts?q=bob")[1]["contacts"][0]["status"] == "online"


def test_a_list_asks_once_for_everybody(
    as_alice: Rest, alice: User, bob: User, carol: User, bob_is_online: list[tuple[int, set[int]]]
) -> None:
    open_direct(as_alice, bob)
    open_direct(as_alice, carol)
    bob_is_online.clear()

    as_alice.get(CONVERSATIONS)

    assert bob_is_online == [(alice.pk, {alice.pk, bob.pk, carol.pk})]
