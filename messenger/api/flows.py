"""Campaign and bid conversations over REST (contract: Campaign and bid conversations)."""

from typing import cast

from rest_framework.response import Response

from messenger.api.conversation_inputs import context_of
from messenger.api.scopes import require_scope
from messenger.api.viewsets import ApiViewSet, SignedInRequest, body_of, ok
from messenger.conversation_shapes import conversation_body
from messenger.inputs import Fields, JsonObject
from messenger.models import ApiClient, FlowAction
from messenger.selectors.gates import FLOW_TYPES
from messenger.services.automated_lines import AutomatedMessage
from messenger.services.conversations import MAX_MEMBERS
from messenger.services.drafts import MAX_METADATA_BYTES, MAX_NONCE_LENGTH
from messenger.services.flow_conversations import NewFlowConversation, open_flow_conversation
from messenger.services.flows import (
    CHAT_STATUSES,
    MAX_ACTION_DATA_BYTES,
    MAX_FLOW_DATA_BYTES,
    MAX_WORD_LENGTH,
    FlowChanges,
    Moved,
    move_flow,
    moved_before,
    take_action,
)
from messenger.services.shared_fields import MAX_AVATAR_LENGTH, MAX_TITLE_LENGTH
from messenger.shapes import Json, iso, message_body
from messenger.texts import MAX_CONTENT_LENGTH


class FlowViewSet(ApiViewSet):
    """`/conversations/:id/flow` for the integrator."""

    def create(self, request: SignedInRequest, conversation_id: int) -> Response:
        require_scope(request, ApiClient.Scope.FLOW)
        body = body_of(request)
        moved = move_flow(conversation_id=conversation_id, changes=_flow_of(body), message=_message_of(body))
        return ok(**_moved_shape(moved))

    def kept_of(self, answer: JsonObject, /) -> JsonObject:
        message = cast("Json | None", answer["message"])
        return {"messageId": None if message is None else message["id"]}

    def answer_again(self, request: SignedInRequest, kept: JsonObject, /, **place: int) -> JsonObject:
        require_scope(request, ApiClient.Scope.FLOW)
        message_id = Fields(kept).identifier("messageId", required=False)
        moved = moved_before(conversation_id=place["conversation_id"], message_id=message_id)
        return {"success": True, **_moved_shape(moved)}


class ActionsViewSet(ApiViewSet):
    """`/conversations/:id/actions` for the participant who is awaited."""

    def create(self, request: SignedInRequest, conversation_id: int) -> Response:
        body = body_of(request)
        taken = take_action(
            actor=request.user,
            conversation_id=conversation_id,
            action=body.secret("action", max_length=MAX_WORD_LENGTH),
            data=body.object("data", max_bytes=MAX_ACTION_DATA_BYTES, required=False) or {},
        )
        return ok(201, action=action_shape(taken))


def open_for_integrator(request: SignedInRequest, body: Fields) -> Response:
    """POST `/conversations` with a type of campaign or bid, by an API client with the scope `flow`."""
    flow = body.fields("flow")
    opened = open_flow_conversation(
        opener=request.user,
        nonce=body.secret("clientNonce", max_length=MAX_NONCE_LENGTH, required=False),
        wanted=NewFlowConversation(
            type=body.choice("type", FLOW_TYPES),
            participant_ids=tuple(body.identifiers("participantIds", max_items=MAX_MEMBERS)),
            flow=FlowChanges() if flow is None else _flow_of(flow),
            context=context_of(body),
            title=body.line("title", max_length=MAX_TITLE_LENGTH, required=False, blank=True) or "",
            avatar=body.secret("avatar", max_length=MAX_AVATAR_LENGTH, required=False) or "",
            metadata=body.object("metadata", max_bytes=MAX_METADATA_BYTES, required=False) or {},
            message=_message_of(body),
        ),
    )
    return ok(
        200 if opened.is_existing else 201,
        conversation=conversation_body(opened.conversation),
        message=None if opened.message is None else message_body(opened.message),
        isExisting=opened.is_existing,
    )


def _moved_shape(moved: Moved) -> Json:
    return {
        "conversation": conversation_body(moved.conversation),
        "message": None if moved.message is None else message_body(moved.message),
    }


def action_shape(taken: FlowAction) -> Json:
    return {
        "id": str(taken.pk),
        "conversationId": str(taken.conversation_id),
        "action": taken.action,
        "data": taken.data,
        "createdAt": iso(taken.created_at),
    }


def _flow_of(fields: Fields) -> FlowChanges:
    changes = FlowChanges()
    if fields.has("flowState"):
        changes["flow_state"] = fields.line("flowState", max_length=MAX_WORD_LENGTH, required=False, blank=True)
    if fields.has("chatStatus"):
        changes["chat_status"] = fields.choice("chatStatus", CHAT_STATUSES, required=False)
    if fields.has("awaitingRole"):
        changes["awaiting_role"] = fields.line("awaitingRole", max_length=MAX_WORD_LENGTH, required=False, blank=True)
    if fields.has("currentActionData"):
        changes["current_action_data"] = fields.object(
            "currentActionData", max_bytes=MAX_FLOW_DATA_BYTES, required=False
        )
    return changes


def _message_of(body: Fields) -> AutomatedMessage | None:
    """`message`: `{content, data?}`, or its content alone."""
    if isinstance(body.data.get("message"), str):
        return AutomatedMessage(content=body.text("message", max_length=MAX_CONTENT_LENGTH))
    fields = body.fields("message")
    if fields is None:
        return None
    return AutomatedMessage(
        content=fields.text("content", max_length=MAX_CONTENT_LENGTH),
        data=fields.object("data", max_bytes=MAX_METADATA_BYTES, required=False) or {},
    )
