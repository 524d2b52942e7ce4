from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from messenger.models import Attachment, Block, Conversation, IdempotentRequest, Message, Participant, User
from messenger.services.api_clients import create_client
from messenger.tasks import forget_requests
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, client_of, open_direct, open_group

BLOCKS = f"{M}/blocks"


@pytest.fixture
def as_alice(alice: User) -> Rest:
    return client_of(alice)


def test_the_same_request_again_gets_the_same_answer(as_alice: Rest, bob: User) -> None:
    body = {"userId": bob.pk, "reason": "Too loud"}
    first = as_alice.post(BLOCKS, body, Idempotency_Key="k1")
    as_alice.delete(f"{BLOCKS}/{bob.pk}")

    second = as_alice.post(f"{BLOCKS}/", {"reason": "Too loud", "userId": bob.pk}, Idempotency_Key="k1")

    assert first == second
    assert as_alice.last.headers["Idempotent-Replayed"] == "true"
    assert not Block.objects.exists()


def test_another_body_is_refused(as_alice: Rest, bob: User, carol: User) -> None:
    as_alice.post(BLOCKS, {"userId": bob.pk}, Idempotency_Key="k1")

    status, answer = as_alice.post(BLOCKS, {"userId": carol.pk}, Idempotency_Key="k1")

    assert (status, answer["code"]) == (409, "nonce_reused")
    assert Block.objects.get().blocked_id == bob.pk


def test_a_key_belongs_to_one_person_and_one_address(as_alice: Rest, bob: User, carol: User) -> None:
    group = open_group(as_alice, bob, carol)
    key = {"Idempotency_Key": "k1"}

    blocked = as_alice.post(BLOCKS, {"userId": bob.pk}, **key)
    added = as_alice.post(f"{CONVERSATIONS}/{group}/participants", {"userIds": [carol.pk]}, **key)
    other = client_of(carol).post(BLOCKS, {"userId": bob.pk}, **key)

    assert (blocked[0] // 100, added[0] // 100, other[0] // 100) == (2, 2, 2)
    assert Block.objects.count() == 2


def test_a_repeat_shows_a_group_as_it_is_by_now_and_to_nobody_who_is_out(
    as_alice: Rest, alice: User, bob: User, carol: User
) -> None:
    group = open_group(as_alice, bob, message="A secret")
    people, key = f"{CONVERSATIONS}/{group}/participants", {"Idempotency_Key": "k1"}
    as_alice.post(people, {"userIds": [carol.pk]}, **key)
    as_alice.patch(f"{CONVERSATIONS}/{group}", {"title": "Party"})

    status, answer = as_alice.post(people, {"userIds": [carol.pk]}, **key)
    assert (status, answer["conversation"]["title"]) == (200, "Party")
    assert as_alice.last.headers["Idempotent-Replayed"] == "true"

    as_alice.patch(f"{people}/{bob.pk}", {"memberRole": "owner"})
    as_alice.delete(f"{people}/{alice.pk}")
    assert as_alice.post(people, {"userIds": [carol.pk]}, **key)[0] == 404


def test_what_was_refused_may_come_again_with_its_key(as_alice: Rest, alice: User, bob: User) -> None:
    refused = as_alice.post(BLOCKS, {"userId": alice.pk}, Idempotency_Key="k1")
    taken = as_alice.post(BLOCKS, {"userId": bob.pk}, Idempotency_Key="k1")

    assert (refused[0], taken[0] // 100) == (400, 2)


def test_a_report_with_its_key_is_one_report(as_alice: Rest, bob: User) -> None:
    path = f"{CONVERSATIONS}/{open_direct(as_alice, bob)}/report"

    first = as_alice.post(path, {"reason": "spam"}, Idempotency_Key="k1")
    second = as_alice.post(path, {"reason": "spam"}, Idempotency_Key="k1")
    other = as_alice.post(path, {"reason": "other"}, Idempotency_Key="k1")

    assert first == second
    assert (first[0], other[0]) == (201, 409)


def test_after_a_day_a_key_is_new_again(as_alice: Rest, bob: User, carol: User) -> None:
    as_alice.post(BLOCKS, {"userId": bob.pk}, Idempotency_Key="k1")
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))

    assert forget_requests() == 1

    assert as_alice.post(BLOCKS, {"userId": carol.pk}, Idempotency_Key="k1")[0] // 100 == 2


@pytest.mark.parametrize("key", ["", "x" * 129, "a\tb"])
def test_a_key_has_1_to_128_characters(key: str, as_alice: Rest, bob: User) -> None:
    status, answer = as_alice.post(BLOCKS, {"userId": bob.pk}, Idempotency_Key=key)

    assert (status, list(answer["details"])) == (400, ["Idempotency-Key"])
    assert not Block.objects.exists()


def test_without_a_key_nothing_is_remembered(as_alice: Rest, bob: User) -> None:
    as_alice.post(BLOCKS, {"userId": bob.pk})

    assert not IdempotentRequest.objects.exists()


def test_whoever_is_not_signed_in_is_told_so(rest: Rest) -> None:
    assert rest.post(BLOCKS, {"userId": 1}, Idempotency_Key="k1")[0] == 401


def test_an_upload_is_kept_once(as_alice: Rest) -> None:
    def upload(content: bytes) -> tuple[int, object]:
        answer = as_alice.django.post(
            f"{M}/attachments",
            {"file": SimpleUploadedFile("notes.txt", content, "text/plain")},
            headers={**as_alice.headers, "Idempotency-Key": "k1"},
        )
        return answer.status_code, answer.json()

    first, second, other = upload(b"Bring chairs"), upload(b"Bring chairs"), upload(b"Bring tables")

    assert first == second
    assert (first[0], other[0], Attachment.objects.count()) == (201, 409, 1)


def test_a_direct_conversation_is_not_opened_with_somebody_else_by_the_same_key(
    as_alice: Rest, bob: User, carol: User
) -> None:
    first = as_alice.post(CONVERSATIONS, {"participantIds": [bob.pk]}, Idempotency_Key="k1")
    again = as_alice.post(CONVERSATIONS, {"participantIds": [bob.pk]}, Idempotency_Key="k1")
    other = as_alice.post(CONVERSATIONS, {"participantIds": [carol.pk]}, Idempotency_Key="k1")

    assert (first[0], again[0], other[0], other[1]["code"]) == (201, 200, 409, "nonce_reused")
    assert Conversation.objects.count() == 1


def test_a_message_keeps_its_own_rule(as_alice: Rest, bob: User) -> None:
    path = f"{CONVERSATIONS}/{open_direct(as_alice, bob)}/messages"

    first = as_alice.post(path, {"content": "Once"}, Idempotency_Key="k1")
    again = as_alice.post(path, {"content": "Once"}, Idempotency_Key="k1")

    assert (first[0], again[0], Message.objects.count()) == (201, 200, 1)
    assert not IdempotentRequest.objects.exists()


def test_an_api_client_repeats_itself_as_well(bob: User, carol: User) -> None:
    _, key = create_client(name="Shop", owner=bob, scopes=[])
    program = Rest(csrf=False, token=key)

    first = program.post(BLOCKS, {"userId": carol.pk}, Idempotency_Key="k1")

    assert first == program.post(BLOCKS, {"userId": carol.pk}, Idempotency_Key="k1")


def test_leaving_and_reading_again_are_asked_anew_each_time(as_alice: Rest, bob: User) -> None:
    conversation = open_direct(as_alice, bob)

    as_alice.post(f"{CONVERSATIONS}/{conversation}/read", {}, Idempotency_Key="k1")
    as_alice.post(f"{M}/sync", {"conversations": {}}, Idempotency_Key="k1")

    assert (IdempotentRequest.objects.count(), Participant.objects.count()) == (0, 2)
