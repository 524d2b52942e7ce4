import pytest

from messenger.errors import NotFound
from messenger.events import Event, MessagesDelivered
from messenger.models import Participant, User
from messenger.services.reading import mark_delivered, mark_read
from tests.rest import Rest
from tests.talks import open_direct, open_group, say


@pytest.fixture
def conversation_id(as_alice: Rest, as_bob: Rest, bob: User) -> int:
    identifier = open_direct(as_alice, bob)
    for _ in range(3):
        say(as_bob, identifier)
    return int(identifier)


def test_what_arrived_is_told_to_who_sent_it(
    alice: User, bob: User, conversation_id: int, published: list[Event]
) -> None:
    published.clear()

    assert mark_delivered(receiver=alice, conversation_id=conversation_id, up_to_seq=2) == 2

    (event,) = published
    assert isinstance(event, MessagesDelivered)
    assert (bob.pk in event.audience, event.user_id, event.up_to_seq) == (True, alice.pk, 2)


def test_in_a_crowd_it_is_told_to_those_whose_messages_arrived(
    alice: User, bob: User, carol: User, published: list[Event]
) -> None:
    crowd = [User(email=f"guest{number}@example.com", display_name=f"Guest {number}") for number in range(50)]
    people = [alice, bob, carol, *User.objects.bulk_create(crowd)]
    place = open_group(Rest().as_user(alice), *people[1:])
    for person in (carol, alice, bob, alice):
        say(Rest().as_user(person), place)
    mark_delivered(receiver=people[-1], conversation_id=int(place), up_to_seq=2)
    published.clear()

    mark_delivered(receiver=people[-1], conversation_id=int(place), up_to_seq=99)

    (event,) = published
    assert sorted(event.audience) == [alice.pk, bob.pk, people[-1].pk]


def test_it_never_moves_back_and_never_beyond_the_end(
    alice: User, conversation_id: int, published: list[Event]
) -> None:
    mark_delivered(receiver=alice, conversation_id=conversation_id, up_to_seq=99)
    published.clear()

    assert mark_delivered(receiver=alice, conversation_id=conversation_id, up_to_seq=1) == 3
    assert published == []


def test_what_is_read_is_delivered(alice: User, conversation_id: int) -> None:
    mark_read(reader=alice, conversation_id=conversation_id, up_to_seq=2)

    seat = Participant.objects.get(user=alice)
    assert (seat.last_delivered_seq, seat.last_read_seq) == (2, 2)


def test_an_outsider_gets_nothing_delivered(mallory: User, conversation_id: int) -> None:
    with pytest.raises(NotFound):
        mark_delivered(receiver=mallory, conversation_id=conversation_id, up_to_seq=1)
