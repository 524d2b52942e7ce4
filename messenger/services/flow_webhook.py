"""Actions on their way to the integrator: posted to `MESSENGER_FLOW_WEBHOOK_URL`, signed, until it says 2xx.

Signed as Standard Webhooks has it: `Webhook-Signature: v1,<base64>` is the HMAC-SHA256, with the secret, of
`<Webhook-Id>.<Webhook-Timestamp>.<body>`. The timestamp is that of the try, in seconds; refuse one older than five
minutes. `Idempotency-Key` (and `Webhook-Id`, its equal) stays the same at every try.
"""

import base64
import hashlib
import hmac
import socket
import time
from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.utils import timezone

from messenger.conversation_shapes import context_shape
from messenger.models import FlowAction
from messenger.selectors.conversations import shared_snapshots
from messenger.services.flows import ACTION_TOPIC
from messenger.services.outbox import Carrier, Failure, Work
from messenger.services.web import Bounds, WebError, exchange, port_of
from messenger.shapes import Json, iso

SECONDS_A_POST = 10.0
_BATCH = 8


def post_actions(works: Sequence[Work]) -> Mapping[int, Failure]:
    """Post these actions one by one; gives what the integrator did not take.

    One that cannot be reached is not asked for the rest, so that nobody else waits for the worker meanwhile.
    """
    ids = {work.id: work.payload["actionId"] for work in works}
    actions = FlowAction.objects.select_related("user").in_bulk(list(ids.values()))
    failures: dict[int, Failure] = {}
    is_away = False
    for work in works:
        action = actions.get(ids[work.id])
        if action is None:
            continue  # gone with its conversation: there is nothing left to tell
        if is_away:
            failures[work.id] = Failure("The integrator could not be reached just before.", is_untried=True)
            continue
        try:
            refusal = _post(action)
        except WebError as error:
            failures[work.id], is_away = Failure(str(error)), True
            continue
        if refusal is None:
            FlowAction.objects.filter(pk=action.pk).update(delivered_at=timezone.now())
        else:
            failures[work.id] = Failure(refusal)
    return failures


def signature_of(*, secret: str, key: str, timestamp: int, body: bytes) -> str:
    """The value of `Webhook-Signature`. A secret of the form `whsec_<base64>` is decoded, any other taken as it is."""
    raw = base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
    signed = b".".join([key.encode(), str(timestamp).encode(), body])
    return f"v1,{base64.b64encode(hmac.digest(raw, signed, hashlib.sha256)).decode()}"


# tried for about three days: 5 s, 10 s, 20 s … 6 h
CARRIER = Carrier(
    topic=ACTION_TOPIC,
    carry=post_actions,
    batch_size=_BATCH,
    max_leased=_BATCH,
    lease_s=int(SECONDS_A_POST * _BATCH) + 40,
    max_attempts=24,
    first_delay_s=5.0,
    longest_delay_s=6 * 3600.0,
)


def _post(action: FlowAction) -> str | None:
    """Why the integrator did not take the action; None where it did.

    :raises WebError: it cannot be reached.
    """
    if not settings.MESSENGER_FLOW_WEBHOOK_URL:
        return "MESSENGER_FLOW_WEBHOOK_URL is not set."
    address = urlsplit(settings.MESSENGER_FLOW_WEBHOOK_URL)
    body, key, timestamp = msgspec.json.encode(_told(action)), f"flow-action-{action.pk}", int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Messenger/4",
        "Idempotency-Key": key,
        "Webhook-Id": key,
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": signature_of(
            secret=settings.MESSENGER_FLOW_WEBHOOK_SECRET, key=key, timestamp=timestamp, body=body
        ),
    }
    answer = exchange(
        connect=partial(socket.create_connection, (address.hostname or "", port_of(address))),
        method="POST",
        address=address,
        headers=headers,
        body=body,
        bounds=Bounds(seconds=SECONDS_A_POST, body_bytes=1024),
    )
    return None if 200 <= answer.status < 300 else f"The integrator answered {answer.status}."


def _told(action: FlowAction) -> Json:
    conversation = shared_snapshots(ids=[action.conversation_id])[action.conversation_id]
    user = action.user
    return {
        "type": "flow.action",
        "id": f"flow-action-{action.pk}",
        "timestamp": iso(action.created_at),
        "data": {
            "actionId": str(action.pk),
            "conversationId": str(action.conversation_id),
            "conversationType": conversation.type,
            "context": context_shape(conversation.context) if conversation.context else None,
            "action": action.action,
            "data": action.data,
            "flow": action.flow,
            "version": action.version,
            "user": None
            if user is None
            else {"userId": str(user.pk), "displayName": user.display_name, "role": user.role},
        },
    }
