import pytest

from messenger.models import Conversation, Participant, User
from tests.concurrency.conftest import Servers
from tests.concurrency.crowds import all_at_once
from tests.live import token_of
from tests.talks import CONVERSATIONS

AT_ONCE = 50


@pytest.mark.slow
@pytest.mark.parametrize("context", [None, {"type": "package", "referenceId": "garden-wedding", "title": "Garden"}])
def test_fifty_creations_at_once_make_one(servers: Servers, alice: User, bob: User, context: object) -> None:
    tokens = {alice.pk: token_of(alice), bob.pk: token_of(bob)}
    wanted = []
    for number in range(AT_ONCE):
        me, other = (alice, bob) if number % 2 else (bob, alice)
        body = {"participantIds": [other.pk], **({"context": context} if context else {})}
        wanted.append((servers.turn(number // 2), tokens[me.pk], CONVERSATIONS, body))

    answers = all_at_once(wanted)

    assert sorted(status for status, _ in answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({answer["conversation"]["id"] for _, answer in answers}) == 1
    assert [answer["isExisting"] for status, answer in answers if status == 201] == [False]
    assert Conversation.objects.count() == 1
    assert Participant.objects.count() == 2


@pytest.mark.slow
def test_a_group_asked_for_fifty_times_with_one_nonce_is_one(
    servers: Servers, alice: User, bob: User, carol: User
) -> None:
    token = token_of(alice)
    body = {"participantIds": [bob.pk, carol.pk], "clientNonce": "party", "message": "Hello all"}

    answers = all_at_once([(servers.turn(number), token, CONVERSATIONS, body) for number in range(AT_ONCE)])

    assert sorted(status for status, _ in answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({answer["conversation"]["id"] for _, answer in answers}) == 1
    assert len({answer["message"]["id"] for _, answer in answers}) == 1
    assert (Conversation.objects.count(), Participant.objects.count()) == (1, 3)


@pytest.mark.slow
def test_a_group_asked_for_again_from_another_device_is_the_same(
    servers: Servers, alice: User, bob: User, carol: User
) -> None:
    body = {"participantIds": [bob.pk, carol.pk], "clientNonce": "party"}

    (first,) = all_at_once([(servers.first, token_of(alice), CONVERSATIONS, body)])
    (again,) = all_at_once([(servers.first, token_of(alice), CONVERSATIONS, body)])

    assert (first[0], again[0]) == (201, 200)
    assert first[1]["conversation"]["id"] == again[1]["conversation"]["id"]
