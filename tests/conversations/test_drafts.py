import pytest

from messenger.events import Event, SeatChanged
from messenger.models import User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, open_direct, say


@pytest.fixture
def address(as_alice: Rest, bob: User) -> str:
    return f"{CONVERSATIONS}/{open_direct(as_alice, bob)}"


def _drafted(client: Rest, address: str, text: str, base_rev: int = 0, **more: object) -> tuple[int, dict[str, object]]:
    status, answer = client.patch(address, {"draft": {"text": text, "baseRev": base_rev, **more}})
    draft: dict[str, object] = answer["conversation"]["draft"] if status == 200 else answer["details"]["draft"]
    return status, draft


def test_a_draft_is_kept_with_its_revision(as_alice: Rest, as_bob: Rest, address: str, published: list[Event]) -> None:
    published.clear()

    status, draft = _drafted(as_alice, address, "Dear Bob")

    assert (status, draft["text"], draft["rev"]) == (200, "Dear Bob", 1)
    assert (draft["replyToId"], draft["attachmentIds"]) == (None, [])
    assert as_bob.get(address)[1]["conversation"]["draft"] is None
    (event,) = published
    assert isinstance(event, SeatChanged)
    assert event.updates["draft"]["text"] == "Dear Bob"


def test_the_next_revision_builds_on_the_one_before(as_alice: Rest, address: str) -> None:
    _drafted(as_alice, address, "Dear")

    status, draft = _drafted(as_alice, address, "Dear Bob", 1)

    assert (status, draft["text"], draft["rev"]) == (200, "Dear Bob", 2)


@pytest.mark.parametrize("base_rev", [0, 2, 7])
def test_two_devices_do_not_overwrite_each_other(as_alice: Rest, address: str, base_rev: int) -> None:
    _drafted(as_alice, address, "From the phone")

    status, other = _drafted(as_alice, address, "From the laptop", base_rev)

    assert (status, other["text"], other["rev"]) == (409, "From the phone", 1)
    assert as_alice.get(address)[1]["conversation"]["draft"]["text"] == "From the phone"


def test_an_empty_draft_is_none_and_its_revision_does_not_come_back(as_alice: Rest, address: str) -> None:
    _drafted(as_alice, address, "Dear")
    assert as_alice.patch(address, {"draft": {"text": "  ", "baseRev": 1}})[1]["conversation"]["draft"] is None

    assert as_alice.patch(address, {"draft": {"text": "Old", "baseRev": 1}})[1]["code"] == "draft_conflict"
    assert _drafted(as_alice, address, "New")[1]["rev"] == 2


def test_null_takes_the_draft_away(as_alice: Rest, address: str) -> None:
    _drafted(as_alice, address, "Dear")

    assert as_alice.patch(address, {"draft": None})[1]["conversation"]["draft"] is None


def test_a_draft_may_answer_a_message_of_its_own_conversation_only(
    as_alice: Rest, as_bob: Rest, address: str, carol: User
) -> None:
    own = say(as_bob, address.rsplit("/", 1)[1])
    foreign = say(as_bob, open_direct(as_bob, carol))

    assert _drafted(as_alice, address, "Yes", replyToId=own["id"])[1]["replyToId"] == own["id"]
    status, answer = as_alice.patch(address, {"draft": {"text": "No", "replyToId": foreign["id"], "baseRev": 1}})
    assert (status, list(answer["details"])) == (400, ["draft.replyToId"])


@pytest.mark.parametrize("draft", ["Dear", [], {"text": 5}, {"text": "x" * 10_001}, {"text": "x", "baseRev": -1}, {}])
def test_a_draft_that_makes_no_sense_is_refused(as_alice: Rest, address: str, draft: object) -> None:
    assert as_alice.patch(address, {"draft": draft})[0] == 400
    assert as_alice.get(address)[1]["conversation"]["draft"] is None
