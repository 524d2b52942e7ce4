from rest_framework.response import Response

from messenger.api.filters import QueryFields, page_size, query_of
from messenger.api.viewsets import ApiViewSet, SignedInRequest, ok
from messenger.conversation_shapes import conversation_shapes
from messenger.message_shapes import search_hits_shape
from messenger.selectors.conversations import conversation_snapshots
from messenger.selectors.search import SearchRequest, search_messages
from messenger.services import limits

MIN_QUERY, MAX_QUERY = 2, 200


class SearchViewSet(ApiViewSet):
    """`/search`: full text over what the caller may read (contract: Conversations)."""

    def list(self, request: SignedInRequest) -> Response:
        query = query_of(request)
        wanted = SearchRequest(
            q=_typed_in(query),
            limit=page_size(query),
            cursor=query.secret("cursor", required=False),
            conversation_id=query.identifier("conversationId", required=False),
            sender_id=query.identifier("from", required=False),
            before=query.moment("before", required=False),
            after=query.moment("after", required=False),
            has_attachment=query.boolean("hasAttachment", required=False),
        )
        limits.charge(kind="search", user=request.user)
        page = search_messages(user=request.user, request=wanted)
        ids = list(dict.fromkeys(message.conversation_id for message, _ in page.hits))
        seen = conversation_snapshots(ids=ids, viewer_id=request.user.pk, with_hidden=True)
        shapes = {shape["id"]: shape for shape in conversation_shapes(seen, viewer=request.user)}
        results = search_hits_shape(page.hits, shapes=shapes, viewer_id=request.user.pk)
        return ok(
            results=results, count=len(results), hasMore=page.next_cursor is not None, nextCursor=page.next_cursor
        )


def _typed_in(query: QueryFields) -> str:
    typed = query.line("q", max_length=MAX_QUERY)
    if len(typed) < MIN_QUERY:
        query.refuse("q", f"At least {MIN_QUERY} characters.")
    return typed
