from rest_framework.response import Response

from messenger.api.filters import page_size, query_of
from messenger.api.viewsets import SignedInRequest, ok
from moderation.api.viewsets import AdminViewSet
from moderation.selectors.audit import AuditFilters, page_of_audit
from moderation.shapes import audit_shape

MAX_WORD_LENGTH = 40


class AuditViewSet(AdminViewSet):
    """`/admin/audit`: who did what to whom, when and why, newest first."""

    def list(self, request: SignedInRequest) -> Response:
        query = query_of(request)
        page = page_of_audit(
            viewer=request.user,
            filters=AuditFilters(
                actor_id=query.identifier("actorId", required=False),
                action=query.line("action", max_length=MAX_WORD_LENGTH, required=False),
                target_type=query.line("targetType", max_length=MAX_WORD_LENGTH, required=False),
                target_id=query.identifier("targetId", required=False),
                conversation_id=query.identifier("conversationId", required=False),
                since=query.moment("since", required=False),
                before=query.moment("before", required=False),
            ),
            cursor=query.secret("cursor", required=False),
            limit=page_size(query),
        )
        return ok(
            entries=[audit_shape(entry) for entry in page.entries],
            count=len(page.entries),
            hasMore=page.next_cursor is not None,
            nextCursor=page.next_cursor,
        )
