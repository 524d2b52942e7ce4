"""Conversations over REST (contract: Conversations)."""

from rest_framework.response import Response

from messenger.api.conversation_inputs import (
    inbox_filters_of,
    new_conversation_of,
    own_changes_of,
    shared_changes_of,
)
from messenger.api.filters import page_size, query_of
from messenger.api.flows import open_for_integrator
from messenger.api.nonces import with_idempotency_key
from messenger.api.scopes import has_scope
from messenger.api.viewsets import ApiViewSet, SignedInRequest, body_of, ok
from messenger.conversation_shapes import conversation_shape, conversation_shapes
from messenger.message_shapes import own_message_shape
from messenger.models import ApiClient
from messenger.selectors.conversations import conversation_seen_by
from messenger.selectors.gates import FLOW_TYPES
from messenger.selectors.inbox import inbox_of
from messenger.services.changing import change_conversation
from messenger.services.conversations import delete_for_oneself, open_conversation
from messenger.services.reading import mark_read
from messenger.services.typing import set_typing

MAX_SKIP = 1_000_000


class ConversationsViewSet(ApiViewSet):
    """`/conversations`: the caller's list, and new ones."""

    repeatable = ()  # the key is the `clientNonce`, which the service knows
    counted_reads = ("list",)

    def list(self, request: SignedInRequest) -> Response:
        query = query_of(request)
        page = inbox_of(
            user=request.user,
            filters=inbox_filters_of(query),
            cursor=query.secret("cursor", required=False),
            limit=page_size(query),
            skip=query.integer("skip", minimum=0, maximum=MAX_SKIP, required=False) or 0,
        )
        return ok(
            conversations=conversation_shapes(page.conversations, viewer=request.user),
            count=len(page.conversations),
            total=page.total,
            hasMore=page.has_more,
            nextCursor=page.next_cursor,
        )

    def create(self, request: SignedInRequest) -> Response:
        body = with_idempotency_key(body_of(request), request)
        if has_scope(request, ApiClient.Scope.FLOW) and body.data.get("type") in FLOW_TYPES:
            return open_for_integrator(request, body)
        wanted = new_conversation_of(body, request)
        opened = open_conversation(creator=request.user, wanted=wanted)
        message = opened.message
        return ok(
            200 if opened.is_existing else 201,
            conversation=conversation_shape(*opened.conversation, request.user),
            message=None if message is None else own_message_shape(message, viewer_id=request.user.pk),
            isExisting=opened.is_existing,
        )


class ConversationViewSet(ApiViewSet):
    """`/conversations/:id` and what one does there."""

    counted_reads = ("retrieve",)

    def retrieve(self, request: SignedInRequest, conversation_id: int) -> Response:
        seen = conversation_seen_by(user=request.user, conversation_id=conversation_id)
        return ok(conversation=conversation_shape(*seen, request.user))

    def update(self, request: SignedInRequest, conversation_id: int) -> Response:
        body = body_of(request)
        seen = change_conversation(
            user=request.user,
            conversation_id=conversation_id,
            own=own_changes_of(body),
            shared=shared_changes_of(body),
        )
        return ok(conversation=conversation_shape(*seen, request.user))

    def destroy(self, request: SignedInRequest, conversation_id: int) -> Response:
        delete_for_oneself(user=request.user, conversation_id=conversation_id)
        return ok()

    def read(self, request: SignedInRequest, conversation_id: int) -> Response:
        body = body_of(request)
        state = mark_read(
            reader=request.user,
            conversation_id=conversation_id,
            up_to_seq=body.integer("upToSeq", minimum=0, maximum=2**53 - 1, required=False),
            up_to_message_id=body.identifier("upToMessageId", required=False),
        )
        return ok(lastReadSeq=state.last_read_seq, unreadCount=state.unread_count, markedCount=state.marked_count)

    def typing(self, request: SignedInRequest, conversation_id: int | None = None) -> Response:
        body = body_of(request)
        is_typing = body.boolean("isTyping", required=False)
        set_typing(
            typist=request.user,
            conversation_id=body.identifier("conversationId") if conversation_id is None else conversation_id,
            is_typing=is_typing is not False,
        )
        return ok()
