import base64
import hashlib
import hmac
import time
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from messenger.models import Block, Conversation, FlowAction, OutboxEntry, User
from messenger.services import outbox
from messenger.services.flow_webhook import signature_of
from tests.flows.conftest import SECRET, Hook
from tests.rest import Answer, Rest
from tests.talks import CONVERSATIONS, client_of, open_direct


def _press(client: Rest, conversation_id: str, action: object = "accept", **more: object) -> Answer:
    return client.post(f"{CONVERSATIONS}/{conversation_id}/actions", {"action": action, **more})


def test_a_pressed_button_is_stored_and_told_to_the_integrator(as_bob: Rest, bid: str, bob: User, hook: Hook) -> None:
    status, answer = _press(as_bob, bid, data={"price": 140})
    outbox.work_off(topic="flow-action")

    (told,) = hook.bodies
    action = FlowAction.objects.get()
    assert (status, answer["action"]["id"], answer["action"]["data"]) == (201, str(action.pk), {"price": 140})
    assert (told["type"], told["data"]["action"], told["data"]["data"]) == ("flow.action", "accept", {"price": 140})
    assert told["data"]["user"] == {"userId": str(bob.pk), "displayName": "Bob Baker", "role": "supplier"}
    assert (told["data"]["conversationId"], told["data"]["flow"]["flowState"]) == (bid, "offered")
    assert action.delivered_at is not None
    assert OutboxEntry.objects.get().state == "done"


def test_what_is_posted_is_signed_with_its_time(as_bob: Rest, bid: str, hook: Hook) -> None:
    _press(as_bob, bid)
    outbox.work_off(topic="flow-action")

    ((headers, body),) = hook.posted
    key, sent_at = headers["Webhook-Id"], headers["Webhook-Timestamp"]
    expected = hmac.digest(SECRET.encode(), f"{key}.{sent_at}.".encode() + body, hashlib.sha256)
    assert headers["Webhook-Signature"] == f"v1,{base64.b64encode(expected).decode()}"
    assert headers["Idempotency-Key"] == key == f"flow-action-{FlowAction.objects.get().pk}"
    assert abs(int(sent_at) - time.time()) < 60


def test_a_secret_of_the_standards_form_is_decoded() -> None:
    plain = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    signature = signature_of(
        secret=f"whsec_{plain}",
        key="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )

    # the example of the Standard Webhooks specification
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("status", [302, 400, 410, 500])
def test_an_integrator_that_refuses_is_told_again_with_the_same_key(
    status: int, as_bob: Rest, bid: str, hook: Hook
) -> None:
    hook.status = status
    _press(as_bob, bid)
    outbox.work_off(topic="flow-action")
    hook.status = 200
    later = timezone.now() + timedelta(minutes=1)

    assert (outbox.work_off(topic="flow-action"), outbox.work_off(topic="flow-action", now=later)) == (0, 1)

    keys = [headers["Idempotency-Key"] for headers, _ in hook.posted]
    assert (len(keys), len(set(keys))) == (2, 1)
    assert hook.bodies[0] == hook.bodies[1]
    assert FlowAction.objects.get().delivered_at is not None


def test_an_integrator_that_is_not_there_loses_nothing(as_bob: Rest, bid: str, settings: LazySettings) -> None:
    settings.MESSENGER_FLOW_WEBHOOK_URL = "http://127.0.0.1:9/"
    _press(as_bob, bid)

    outbox.work_off(topic="flow-action")

    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.attempts) == ("waiting", 1)
    assert entry.last_error.startswith("ConnectionRefusedError")


def test_one_that_cannot_be_reached_is_asked_once_and_not_for_each(
    as_bob: Rest, bid: str, settings: LazySettings
) -> None:
    settings.MESSENGER_FLOW_WEBHOOK_URL = "http://127.0.0.1:9/"
    for _ in range(3):
        _press(as_bob, bid)

    outbox.work_off(topic="flow-action")

    entries = OutboxEntry.objects.order_by("pk")
    assert list(entries.values_list("attempts", "leased_until")) == [(1, None), (0, None), (0, None)]
    assert {entry.due_at > timezone.now() for entry in entries} == {True}


def test_without_an_integrators_address_the_action_waits(as_bob: Rest, bid: str) -> None:
    assert _press(as_bob, bid)[0] == 201

    outbox.work_off(topic="flow-action")

    assert OutboxEntry.objects.get().last_error == "MESSENGER_FLOW_WEBHOOK_URL is not set."


def test_the_same_key_presses_once(as_bob: Rest, bid: str) -> None:
    body = {"action": "accept", "data": {}}
    path = f"{CONVERSATIONS}/{bid}/actions"

    first = as_bob.post(path, body, Idempotency_Key="press-1")
    second = as_bob.post(path, body, Idempotency_Key="press-1")
    other = as_bob.post(path, {"action": "decline"}, Idempotency_Key="press-1")

    assert first == second
    assert (first[0], other[0], other[1]["code"]) == (201, 409, "nonce_reused")
    assert FlowAction.objects.count() == OutboxEntry.objects.count() == 1


@pytest.mark.parametrize("action", ["accept ", "Accept", "", "refuse", 1, None, ["accept"]])
def test_only_what_the_flow_offers_can_be_pressed(action: object, as_bob: Rest, bid: str) -> None:
    status, answer = _press(as_bob, bid, action)

    assert (status, list(answer["details"])) == (400, ["action"])
    assert not FlowAction.objects.exists()


def test_only_whose_turn_it_is_may_press(as_alice: Rest, mallory: User, bid: str) -> None:
    other, outsider = _press(as_alice, bid), _press(client_of(mallory), bid)
    absent = _press(client_of(mallory), "999999")

    assert (other[0], other[1]["code"], other[1]["message"]) == (403, "not_allowed", "It is somebody else's turn.")
    assert (outsider[0], outsider == absent) == (404, True)
    assert not FlowAction.objects.exists()


def test_nobody_is_awaited_where_no_role_is_named(as_bob: Rest, bid: str, integrator: Rest) -> None:
    integrator.post(f"{CONVERSATIONS}/{bid}/flow", {"awaitingRole": None})

    assert _press(as_bob, bid)[0] == 403


@pytest.mark.parametrize("field", ["status", "chat_status"])
def test_nothing_is_pressed_in_a_closed_conversation(field: str, as_bob: Rest, bid: str) -> None:
    Conversation.objects.update(**{field: "closed"})

    status, answer = _press(as_bob, bid)

    assert (status, answer["code"]) == (403, "conversation_closed")


def test_the_suspended_and_the_blocked_press_nothing(as_bob: Rest, bid: str, alice: User, bob: User) -> None:
    Block.objects.create(blocker=alice, blocked=bob)
    blocked = _press(as_bob, bid)
    User.objects.filter(pk=bob.pk).update(suspended_until=timezone.now() + timedelta(days=1))
    suspended = _press(as_bob, bid)

    assert [answer["code"] for _, answer in (blocked, suspended)] == ["cannot_message", "suspended"]
    assert not FlowAction.objects.exists()


def test_other_conversations_have_no_actions(as_bob: Rest, alice: User) -> None:
    status, answer = _press(as_bob, open_direct(as_bob, alice))

    assert (status, answer["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("data", [{"note": "x" * 4_100}, [1], "text"])
def test_data_is_a_small_object(data: object, as_bob: Rest, bid: str) -> None:
    status, answer = _press(as_bob, bid, data=data)

    assert (status, list(answer["details"])) == (400, ["data"])
