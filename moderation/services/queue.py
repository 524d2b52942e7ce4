"""Moderators look at reports: what is frozen with them is of conversations of others, so that each look is recorded."""

from django.db import transaction

from messenger.models import User
from moderation.models import EvidenceFile, Report
from moderation.selectors.reports import ReportFilters, ReportPage, evidence_file_of, page_of_reports, report_of
from moderation.services.audit import record


@transaction.atomic
def look_at_reports(
    *, moderator: User, filters: ReportFilters, cursor: str | None, limit: int, client_name: str = ""
) -> ReportPage:
    """A page of the queue.

    :raises ValidationFailed: the cursor is not of this list.
    """
    page = page_of_reports(viewer=moderator, filters=filters, cursor=cursor, limit=limit)
    if page.reports:
        facts: dict[str, object] = {"reportIds": [str(report.pk) for report in page.reports]}
        record(
            moderator=moderator,
            action="reports_viewed",
            target_type="report",
            target_id=None,
            facts=facts | _client(client_name),
        )
    return page


@transaction.atomic
def look_at_report(*, moderator: User, report_id: int, client_name: str = "", is_recorded: bool = True) -> Report:
    """One report; `is_recorded=False` after a deed that is on record itself.

    :raises NotFound: there is none.
    """
    report = report_of(report_id=report_id)
    if is_recorded:
        record(
            moderator=moderator,
            action="reports_viewed",
            target_type="report",
            target_id=report_id,
            conversation_id=report.conversation_id,
            facts=_client(client_name),
        )
    return report


@transaction.atomic
def fetch_evidence_file(*, moderator: User, report_id: int, file_id: int, client_name: str = "") -> EvidenceFile:
    """A file that is kept with a report.

    :raises NotFound: there is none.
    """
    file = evidence_file_of(report_id=report_id, file_id=file_id)
    record(
        moderator=moderator,
        action="evidence_file_viewed",
        target_type="report",
        target_id=report_id,
        facts={"file": file.filename, "sha256": file.sha256} | _client(client_name),
    )
    return file


def _client(name: str) -> dict[str, object]:
    return {"client": name} if name else {}
