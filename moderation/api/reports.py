"""The queue of reports, for administrators (contract: Administration)."""

from django.core.files.storage import storages
from django.http import FileResponse
from rest_framework.response import Response

from messenger.api.filters import page_size, query_of
from messenger.api.viewsets import SignedInRequest, body_of, ok
from moderation.api.viewsets import AdminViewSet, client_name_of
from moderation.models import Report
from moderation.selectors.reports import ReportFilters
from moderation.services.evidence import STORAGE
from moderation.services.queue import fetch_evidence_file, look_at_report, look_at_reports
from moderation.services.reports import MAX_NOTE_LENGTH, change_report
from moderation.shapes import report_shape

HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}


class ReportsViewSet(AdminViewSet):
    """`/admin/reports`, one of them, and the files kept with it."""

    def list(self, request: SignedInRequest) -> Response:
        query = query_of(request)
        page = look_at_reports(
            moderator=request.user,
            client_name=client_name_of(request),
            filters=ReportFilters(
                status=query.choice("status", Report.Status.values, required=False),
                reason=query.choice("reason", Report.Reason.values, required=False),
                conversation_id=query.identifier("conversationId", required=False),
                reported_user_id=query.identifier("userId", required=False),
            ),
            cursor=query.secret("cursor", required=False),
            limit=page_size(query, default=20),
        )
        return ok(
            reports=[report_shape(report) for report in page.reports],
            total=page.total,
            count=len(page.reports),
            hasMore=page.next_cursor is not None,
            nextCursor=page.next_cursor,
        )

    def retrieve(self, request: SignedInRequest, report_id: int) -> Response:
        report = look_at_report(moderator=request.user, report_id=report_id, client_name=client_name_of(request))
        return ok(report=report_shape(report))

    def update(self, request: SignedInRequest, report_id: int) -> Response:
        body = body_of(request)
        changed = change_report(
            moderator=request.user,
            report_id=report_id,
            status=body.choice("status", Report.Status.values, required=False),
            note=body.text("note", max_length=MAX_NOTE_LENGTH, required=False, blank=True),
        )
        report = look_at_report(moderator=request.user, report_id=changed.pk, is_recorded=False)
        return ok(report=report_shape(report))

    def file(self, request: SignedInRequest, report_id: int, file_id: int) -> FileResponse:
        kept = fetch_evidence_file(
            moderator=request.user, report_id=report_id, file_id=file_id, client_name=client_name_of(request)
        )
        return FileResponse(
            storages[STORAGE].open(kept.storage_name),
            as_attachment=True,
            filename=kept.filename,
            content_type=kept.mime_type,
            headers=HARMLESS,
        )
