"""A conversation as a file, over REST (contract: Conversations)."""

from django.http.response import HttpResponseBase
from django.utils import timezone

from messenger.api.authentication import plain
from messenger.api.filters import query_of
from messenger.api.streams import stream
from messenger.api.transcripts import KINDS, transcript
from messenger.api.viewsets import ApiViewSet, SignedInRequest
from messenger.selectors.conversations import conversation_seen_by

_TYPES = {"json": "application/json", "html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8"}


class ConversationExportViewSet(ApiViewSet):
    """`/conversations/:id/export`."""

    counted_reads = ("retrieve",)

    def retrieve(self, request: SignedInRequest, conversation_id: int) -> HttpResponseBase:
        kind = query_of(request).choice("format", KINDS, required=False) or "json"
        seen = conversation_seen_by(user=request.user, conversation_id=conversation_id)
        name = f"conversation-{conversation_id}-{timezone.now():%Y-%m-%d}.{kind}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
            "X-Content-Type-Options": "nosniff",
        }
        pieces = transcript(user=request.user, seen=seen, kind=kind)
        return stream(plain(request), pieces, content_type=_TYPES[kind], headers=headers)
