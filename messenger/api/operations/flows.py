"""Campaign and bid conversations (contract: Campaign and bid conversations)."""

from messenger.api.operations.entries import Operation
from messenger.errors import CannotMessage, ConversationClosed, NonceReused, NotFound, RateLimited, Suspended
from messenger.wire_types import flows

_TAG = "Campaigns and bids"
_ONE = "messenger/conversations/{conversationId}"

OPERATIONS = (
    Operation(
        method="POST",
        path=f"{_ONE}/flow",
        name="moveFlow",
        tag=_TAG,
        summary="Move the flow, and say something",
        about="For API clients with the scope `flow`. The automated message comes first, then the change; all "
        "participants hear of both.",
        headers=("Idempotency-Key",),
        body=flows.FlowChanges,
        answers={200: flows.MovedFlow},
        errors=(NotFound, ConversationClosed, NonceReused),
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/actions",
        name="takeAction",
        tag=_TAG,
        summary="Press a button of the flow",
        about="For a participant whose role is awaited. The action is posted to the integrator's webhook until it "
        "answers 2xx: signed as Standard Webhooks has it (`Webhook-Id`, `Webhook-Timestamp`, `Webhook-Signature: "
        "v1,<base64 HMAC-SHA256 of id.timestamp.body>`), with the same `Idempotency-Key` at every try.",
        headers=("Idempotency-Key",),
        body=flows.NewAction,
        answers={201: flows.TakenAction},
        errors=(NotFound, Suspended, ConversationClosed, CannotMessage, NonceReused, RateLimited),
    ),
)
