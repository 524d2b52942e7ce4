import pytest

from messenger.events import ConversationRead, Event, SeatChanged
from messenger.models import User
from messenger.realtime.dialects.v4 import frames_of
from tests.rest import Rest
from tests.talks import CONVERSATIONS, open_direct, open_group, say, seen


@pytest.fixture
def conversation_id(as_alice: Rest, as_bob: Rest, bob: User) -> str:
    """Five messages of bob's, unread by alice."""
    identifier = open_direct(as_alice, bob)
    for number in range(1, 6):
        say(as_bob, identifier, f"Number {number}")
    return identifier


def _read(client: Rest, conversation_id: str, **body: object) -> tuple[int, dict[str, object]]:
    return client.post(f"{CONVERSATIONS}/{conversation_id}/read", body)


def test_reading_everything_leaves_nothing_unread(as_alice: Rest, conversation_id: str) -> None:
    assert _read(as_alice, conversation_id) == (
        200,
        {"success": True, "lastReadSeq": 5, "unreadCount": 0, "markedCount": 5},
    )
    conversation = seen(as_alice, conversation_id)
    assert (conversation["unreadCount"], conversation["lastReadSeq"], conversation["pointerSum"]) == (0, 5, 10)


def test_reading_up_to_a_message_leaves_the_rest(as_alice: Rest, conversation_id: str) -> None:
    assert _read(as_alice, conversation_id, upToSeq=2)[1]["unreadCount"] == 3

    messages = as_alice.get(f"{CONVERSATIONS}/{conversation_id}/messages")[1]["messages"]
    _, answer = _read(as_alice, conversation_id, upToMessageId=messages[3]["id"])

    assert (answer["lastReadSeq"], answer["unreadCount"], answer["markedCount"]) == (4, 1, 2)


def test_a_pointer_never_moves_back(as_alice: Rest, conversation_id: str, published: list[Event]) -> None:
    _read(as_alice, conversation_id, upToSeq=4)
    published.clear()

    assert _read(as_alice, conversation_id, upToSeq=1)[1] == {
        "success": True,
        "lastReadSeq": 4,
        "unreadCount": 1,
        "markedCount": 0,
    }
    assert published == []


def test_a_number_beyond_the_end_means_the_end(as_alice: Rest, conversation_id: str) -> None:
    assert _read(as_alice, conversation_id, upToSeq=2**53 - 1)[1]["lastReadSeq"] == 5


def test_both_are_told_and_ones_own_devices_get_the_private_number(
    as_alice: Rest, alice: User, conversation_id: str, published: list[Event]
) -> None:
    published.clear()

    _read(as_alice, conversation_id, upToSeq=3)

    (event,) = published
    assert isinstance(event, ConversationRead)
    assert (len(event.audience), event.user_id, event.last_read_seq) == (2, alice.pk, 3)
    assert (event.version, event.private_version) == (None, 1)


def test_in_a_crowd_only_ones_own_devices_are_told(as_bob: Rest, bob: User, published: list[Event]) -> None:
    crowd = [User(email=f"guest{number}@example.com", display_name=f"Guest {number}") for number in range(50)]
    people = User.objects.bulk_create(crowd)
    conversation_id = open_group(Rest().as_user(people[0]), *people[1:], bob)
    say(Rest().as_user(people[0]), conversation_id)
    published.clear()

    _read(as_bob, conversation_id)

    assert [event.audience for event in published] == [(bob.pk,)]


def test_who_may_not_see_the_message_gets_no_id_of_it(
    alice: User, bob: User, carol: User, published: list[Event]
) -> None:
    as_alice = Rest().as_user(alice)
    place = open_group(as_alice, bob)
    first = say(as_alice, place)
    assert as_alice.post(f"{CONVERSATIONS}/{place}/participants", {"userIds": [str(carol.pk)]})[0] == 200
    published.clear()

    _read(Rest().as_user(bob), place, upToSeq=first["seq"])

    (event,) = published
    told = {
        user: data["lastReadMessageId"]
        for frame in frames_of(event)
        if isinstance(data := frame.data, dict)
        for user in frame.users
    }
    assert told == {alice.pk: first["id"], bob.pk: first["id"], carol.pk: None}


def test_reading_takes_the_unread_mark_away(as_alice: Rest, conversation_id: str, published: list[Event]) -> None:
    as_alice.patch(f"{CONVERSATIONS}/{conversation_id}", {"markUnread": True})
    published.clear()

    _read(as_alice, conversation_id)

    assert seen(as_alice, conversation_id)["markedUnread"] is False
    changed, read = published
    assert isinstance(changed, SeatChanged)
    assert isinstance(read, ConversationRead)
    assert (changed.private_version, read.private_version) == (2, 3)


def test_sending_does_not_move_the_pointer_nor_count_as_unread(as_alice: Rest, conversation_id: str) -> None:
    say(as_alice, conversation_id, "Mine")

    conversation = seen(as_alice, conversation_id)
    assert (conversation["lastReadSeq"], conversation["unreadCount"]) == (0, 5)
    assert _read(as_alice, conversation_id)[1]["markedCount"] == 5


def test_a_deleted_message_is_not_unread(as_alice: Rest, as_bob: Rest, conversation_id: str) -> None:
    messages = as_alice.get(f"{CONVERSATIONS}/{conversation_id}/messages")[1]["messages"]

    as_bob.delete(f"{CONVERSATIONS}/{conversation_id}/messages/{messages[1]['id']}")

    assert seen(as_alice, conversation_id)["unreadCount"] == 4
    assert _read(as_alice, conversation_id, upToSeq=3)[1]["unreadCount"] == 2


def test_a_message_of_another_conversation_is_unknown_here(
    as_alice: Rest, as_bob: Rest, carol: User, conversation_id: str
) -> None:
    foreign = say(as_bob, open_direct(as_bob, carol))

    assert _read(as_alice, conversation_id, upToMessageId=foreign["id"])[0] == 404
    assert seen(as_alice, conversation_id)["lastReadSeq"] == 0


@pytest.mark.parametrize("body", [{"upToSeq": -1}, {"upToSeq": "x"}, {"upToSeq": 1.5}, {"upToMessageId": []}])
def test_what_is_no_number_is_refused(as_alice: Rest, conversation_id: str, body: dict[str, object]) -> None:
    assert _read(as_alice, conversation_id, **body)[0] == 400
    assert seen(as_alice, conversation_id)["lastReadSeq"] == 0


def test_an_outsider_cannot_read(as_mallory: Rest, conversation_id: str, published: list[Event]) -> None:
    published.clear()

    assert _read(as_mallory, conversation_id) == _read(as_mallory, "999999999")
    assert _read(as_mallory, conversation_id)[0] == 404
    assert published == []


def test_marking_obeys_the_gate_of_sending(
    as_alice: Rest, as_bob: Rest, bob: User, alice: User, conversation_id: str
) -> None:
    as_bob.post("/api/v4/messenger/blocks", {"userId": alice.pk})

    status, answer = _read(as_alice, conversation_id)

    assert (status, answer["code"]) == (403, "cannot_message")
