"""Participants report messages and conversations (contract: Messages)."""

from rest_framework.response import Response

from messenger.api.viewsets import ApiViewSet, SignedInRequest, body_of, ok
from messenger.inputs import Fields
from moderation.models import Report
from moderation.services.reports import MAX_DETAILS_LENGTH, Complaint, report_conversation, report_message


class ReportingViewSet(ApiViewSet):
    """`/messages/:id/report` and `/conversations/:id/report`."""

    repeatable = ("report_message", "report_conversation")

    def report_message(self, request: SignedInRequest, message_id: int, conversation_id: int | None = None) -> Response:
        report, is_new = report_message(
            reporter=request.user,
            message_id=message_id,
            conversation_id=conversation_id,
            complaint=_complaint_in(body_of(request)),
        )
        return ok(201 if is_new else 200, reportId=str(report.pk))

    def report_conversation(self, request: SignedInRequest, conversation_id: int) -> Response:
        report, is_new = report_conversation(
            reporter=request.user, conversation_id=conversation_id, complaint=_complaint_in(body_of(request))
        )
        return ok(201 if is_new else 200, reportId=str(report.pk))


def _complaint_in(body: Fields) -> Complaint:
    return Complaint(
        reason=body.choice("reason", Report.Reason.values),
        details=body.text("details", max_length=MAX_DETAILS_LENGTH, required=False, blank=True) or "",
    )
