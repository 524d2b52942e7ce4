from datetime import timedelta

import pytest
from django.utils import timezone

from messenger.events import Event, SeatChanged
from messenger.models import Participant, User
from messenger.shapes import iso
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, open_direct, say, seen


@pytest.fixture
def address(as_alice: Rest, bob: User) -> str:
    return f"{CONVERSATIONS}/{open_direct(as_alice, bob)}"


@pytest.mark.parametrize("flag", ["isPinned", "isMuted", "isArchived"])
def test_a_flag_is_the_callers_own(
    as_alice: Rest, as_bob: Rest, address: str, flag: str, published: list[Event]
) -> None:
    published.clear()

    status, answer = as_alice.patch(address, {flag: True})

    assert (status, answer["conversation"][flag]) == (200, True)
    assert answer["conversation"]["privateVersion"] == 1
    assert as_bob.get(address)[1]["conversation"][flag] is False
    (event,) = published
    assert isinstance(event, SeatChanged)
    assert (event.audience, event.private_version) == ((event.user_id,), 1)
    assert event.updates[flag] is True


def test_own_flags_show_on_ones_own_entry_only(as_alice: Rest, alice: User, address: str) -> None:
    _, answer = as_alice.patch(address, {"isPinned": True})

    entries = {entry["userId"]: entry for entry in answer["conversation"]["participants"]}
    own = entries.pop(str(alice.pk))
    (other,) = entries.values()
    assert own["isPinned"] is True
    assert not {"isPinned", "isMuted", "mutedUntil", "isArchived", "unreadCount"} & other.keys()


def test_the_same_again_changes_nothing_and_tells_nobody(as_alice: Rest, address: str, published: list[Event]) -> None:
    as_alice.patch(address, {"isPinned": True})
    published.clear()

    _, answer = as_alice.patch(address, {"isPinned": True})

    assert answer["conversation"]["privateVersion"] == 1
    assert published == []


@pytest.mark.parametrize("flag", ["isPinned", "isMuted", "isArchived", "markRead", "markUnread"])
@pytest.mark.parametrize("value", ["true", 1, 0, None, [], {}])
def test_a_flag_that_is_no_boolean_is_refused(
    as_alice: Rest, address: str, flag: str, value: object, published: list[Event]
) -> None:
    published.clear()

    status, answer = as_alice.patch(address, {flag: value})

    assert (status, list(answer["details"])) == (400, [flag])
    assert published == []


def test_a_mute_runs_out(as_alice: Rest, as_bob: Rest, address: str) -> None:
    until = timezone.now() + timedelta(hours=8)

    _, answer = as_alice.patch(address, {"mutedUntil": iso(until)})

    assert (answer["conversation"]["isMuted"], answer["conversation"]["mutedUntil"]) == (True, iso(until))
    Participant.objects.filter(is_muted=True).update(muted_until=timezone.now() - timedelta(hours=1))
    conversation = as_alice.get(address)[1]["conversation"]
    assert (conversation["isMuted"], conversation["mutedUntil"]) == (False, None)


def test_to_take_away_the_end_of_a_mute_that_ran_out_mutes_nothing(as_alice: Rest, address: str) -> None:
    as_alice.patch(address, {"mutedUntil": iso(timezone.now() + timedelta(hours=8))})
    Participant.objects.filter(is_muted=True).update(muted_until=timezone.now() - timedelta(seconds=1))

    assert as_alice.patch(address, {"mutedUntil": None})[1]["conversation"]["isMuted"] is False


def test_a_mute_ends_when_taken_back(as_alice: Rest, address: str) -> None:
    as_alice.patch(address, {"mutedUntil": iso(timezone.now() + timedelta(hours=8))})

    _, answer = as_alice.patch(address, {"isMuted": False})

    assert (answer["conversation"]["isMuted"], answer["conversation"]["mutedUntil"]) == (False, None)


def test_nobody_mutes_into_the_past(as_alice: Rest, address: str) -> None:
    status, answer = as_alice.patch(address, {"mutedUntil": "2020-01-01T11:59:59.000Z"})

    assert (status, list(answer["details"])) == (400, ["mutedUntil"])


def test_the_unread_mark_stays_until_read(as_alice: Rest, address: str) -> None:
    assert as_alice.patch(address, {"markUnread": True})[1]["conversation"]["markedUnread"] is True
    assert [c["id"] for c in as_alice.get(f"{CONVERSATIONS}?unread=true")[1]["conversations"]] == [
        address.rsplit("/", 1)[1]
    ]

    _, answer = as_alice.patch(address, {"markRead": True})

    assert answer["conversation"]["markedUnread"] is False


def test_mark_read_reads_everything(as_alice: Rest, as_bob: Rest, address: str) -> None:
    say(as_bob, address.rsplit("/", 1)[1])

    _, answer = as_alice.patch(address, {"markRead": True, "isPinned": True})

    conversation = answer["conversation"]
    assert (conversation["unreadCount"], conversation["lastReadSeq"], conversation["privateVersion"]) == (0, 1, 2)


def test_what_one_wants_to_hear_of_is_kept(as_alice: Rest, address: str) -> None:
    assert as_alice.patch(address, {"notify": "mentions"})[1]["conversation"]["notify"] == "mentions"
    assert as_alice.patch(address, {"notify": "some"})[0] == 400


def test_archived_and_muted_ones_do_not_count_in_the_sum(
    as_alice: Rest, as_bob: Rest, as_carol: Rest, alice: User
) -> None:
    first, second = open_direct(as_bob, alice), open_direct(as_carol, alice)
    say(as_bob, first)
    say(as_carol, second)
    say(as_carol, second)
    assert as_alice.get(f"{M}/unread")[1] == {
        "success": True,
        "unreadCount": 3,
        "count": 3,
        "conversations": {first: 1, second: 2},
    }

    as_alice.patch(f"{CONVERSATIONS}/{second}", {"isMuted": True})
    _, answer = as_alice.get(f"{M}/unread-count/")

    assert (answer["unreadCount"], answer["conversations"]) == (1, {first: 1, second: 2})
    as_alice.patch(f"{CONVERSATIONS}/{first}", {"isArchived": True})
    assert as_alice.get(f"{M}/unread")[1]["unreadCount"] == 0


def test_shared_fields_of_a_direct_conversation_stay(as_alice: Rest, address: str, published: list[Event]) -> None:
    published.clear()

    bodies: list[dict[str, object]] = [{"title": "Ours"}, {"status": "closed"}, {"metadata": {}}, {"avatar": "/x.png"}]
    for body in bodies:
        assert as_alice.patch(address, body)[1]["code"] == "not_allowed"

    assert published == []
    assert seen(as_alice, address.rsplit("/", 1)[1])["version"] == 1
