"""How many statements a request costs, signing in included, whatever the number of rows (ARCHITECTURE, section 5)."""

import itertools
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messenger.models import User
from messenger.services.drafts import Draft
from messenger.services.sending import send_message, send_messages
from tests.matrix.scene import access_token_of
from tests.rest import Answer, Rest
from tests.talks import CONVERSATIONS, M, client_of, open_direct, open_group, say

Ask = Callable[[Rest, str], Answer]

_nonces = itertools.count()
ASKED: dict[str, tuple[int, Ask]] = {
    "the list": (5, lambda client, _: client.get(f"{CONVERSATIONS}?limit=100")),
    "a search in the list": (5, lambda client, _: client.get(f"{CONVERSATIONS}?search=person&unread=true")),
    "one conversation": (3, lambda client, place: client.get(f"{CONVERSATIONS}/{place}")),
    "a page": (4, lambda client, place: client.get(f"{CONVERSATIONS}/{place}/messages?limit=100")),
    "a page around": (4, lambda client, place: client.get(f"{CONVERSATIONS}/{place}/messages?around=seq:3&limit=4")),
    "a send": (
        5,  # who sends, lock, gate, store, and the pointers of the answer
        lambda client, place: client.post(
            f"{CONVERSATIONS}/{place}/messages", {"content": "Hello", "clientNonce": f"n{next(_nonces)}"}
        ),
    ),
    "a sync": (8, lambda client, _: client.post(f"{M}/sync", {})),
    "the unread count": (2, lambda client, _: client.get(f"{M}/unread")),
}


@pytest.fixture(autouse=True)
def _no_limits(settings: LazySettings) -> None:
    settings.MESSENGER_RATE_LIMIT = "off"


@pytest.fixture(params=["token", "session"])
def client(request: pytest.FixtureRequest, alice: User) -> Rest:
    """Alice's program, or her browser."""
    if request.param == "token":
        return Rest(csrf=False, token=access_token_of(alice))
    return client_of(alice)


def _cost(ask: Ask, client: Rest, place: str) -> int:
    with CaptureQueriesContext(connection) as statements:
        status, answer = ask(client, place)
    assert status in (200, 201), answer
    return len([item for item in statements if "SAVEPOINT" not in str(item["sql"])])


@pytest.mark.parametrize("what", ASKED)
def test_they_do_not_grow_with_what_there_is(client: Rest, alice: User, bob: User, carol: User, what: str) -> None:
    most, ask = ASKED[what]
    place = open_group(client, bob, carol)
    for _ in range(6):
        say(client, place)
    ask(client, place)
    few = _cost(ask, client, place)

    _live_on(client, place, [alice, bob, carol])
    many = _cost(ask, client, place)

    assert few <= most
    assert many == few


def _live_on(client: Rest, place: str, people: list[User]) -> None:
    """Many conversations, and many messages of every kind."""
    for index in range(8):
        other = User.objects.create_user(f"p{index}@example.com", display_name=f"Person {index}")
        say(client, open_direct(client, other))
    first = say(client, place)
    for number in range(15):
        draft = Draft(
            sender_id=people[number % 3].pk,
            conversation_id=int(place),
            content="Reply",
            reply_to_id=int(first["id"]),
            nonce=f"r{number}",
        )
        client.post(f"{M}/messages/{send_message(draft).message.id}/reactions", {"emoji": "👍"})


def test_a_batch_of_a_hundred_costs_what_one_costs(client: Rest, alice: User, bob: User) -> None:
    place = int(open_direct(client, bob))
    drafts = [Draft(sender_id=alice.pk, conversation_id=place, content="x", nonce=f"b{n}") for n in range(101)]

    costs = []
    for batch in (drafts[:1], drafts[1:], drafts[1:]):  # the last one repeats every nonce
        with CaptureQueriesContext(connection) as statements:
            send_messages(batch)
        costs.append(len([item for item in statements if "SAVEPOINT" not in str(item["sql"])]))

    assert costs == [3, 3, 3]
