"""Every conversation, for administrators (contract: Administration)."""

from rest_framework.response import Response

from messenger.api.filters import QueryFields, page_size, query_of
from messenger.api.messages import anchor_in
from messenger.api.viewsets import SignedInRequest, body_of, ok
from messenger.models import Conversation
from messenger.selectors.conversations import shared_snapshots
from messenger.selectors.pages import PageRequest
from moderation.api.viewsets import AdminViewSet, client_name_of
from moderation.selectors.conversations import ConversationFilters, page_of_conversations
from moderation.services.deeds import set_conversation_status
from moderation.services.looks import look_at_conversation, look_at_messages
from moderation.services.reasons import MAX_REASON_LENGTH
from moderation.shapes import conversation_looked_at, listed_shape, messages_looked_at

MAX_SKIP = 1_000_000
MAX_SEARCH_LENGTH = 200


class AdminConversationsViewSet(AdminViewSet):
    """`/admin/conversations`, and one of them."""

    def list(self, request: SignedInRequest) -> Response:
        query = query_of(request)
        page = page_of_conversations(
            viewer=request.user,
            filters=ConversationFilters(
                search=query.line("search", max_length=MAX_SEARCH_LENGTH, required=False, blank=True) or None,
                status=query.choice("status", Conversation.Status.values, required=False),
                type=query.choice("type", Conversation.Type.values, required=False),
                reported=query.boolean("reported", required=False),
                participant_id=query.identifier("participant", required=False),
            ),
            cursor=query.secret("cursor", required=False),
            limit=page_size(query, default=20),
            skip=query.integer("skip", minimum=0, maximum=MAX_SKIP, required=False) or 0,
        )
        return ok(
            conversations=[listed_shape(item) for item in page.conversations],
            total=page.total,
            count=len(page.conversations),
            hasMore=page.next_cursor is not None,
            nextCursor=page.next_cursor,
        )

    def retrieve(self, request: SignedInRequest, conversation_id: int) -> Response:
        snapshot = look_at_conversation(
            moderator=request.user,
            conversation_id=conversation_id,
            reason=_reason_in(query_of(request)),
            client_name=client_name_of(request),
        )
        return ok(conversation=conversation_looked_at(snapshot))

    def update(self, request: SignedInRequest, conversation_id: int) -> Response:
        body = body_of(request)
        conversation = set_conversation_status(
            moderator=request.user,
            conversation_id=conversation_id,
            status=body.choice("status", Conversation.Status.values),
            reason=body.text("reason", max_length=MAX_REASON_LENGTH, required=False, blank=True),
        )
        snapshot = shared_snapshots(ids=[conversation.pk])[conversation.pk]
        return ok(conversation=conversation_looked_at(snapshot))

    def messages(self, request: SignedInRequest, conversation_id: int) -> Response:
        query = query_of(request)
        page = look_at_messages(
            moderator=request.user,
            conversation_id=conversation_id,
            reason=_reason_in(query),
            client_name=client_name_of(request),
            request=PageRequest(
                limit=page_size(query),
                cursor=query.secret("cursor", required=False),
                before=anchor_in(query, "before"),
                after=anchor_in(query, "after"),
                around=anchor_in(query, "around"),
            ),
        )
        return ok(
            messages=messages_looked_at(page.messages),
            hasMore=page.next_cursor is not None,
            nextCursor=page.next_cursor,
            hasNewer=page.previous_cursor is not None,
            previousCursor=page.previous_cursor,
        )


def _reason_in(query: QueryFields) -> str | None:
    return query.text("reason", max_length=MAX_REASON_LENGTH, required=False, blank=True)
