"""The queue of reports, oldest first."""

from dataclasses import dataclass

from django.db.models import QuerySet

from messenger.cursors import read_cursor, sign_cursor
from messenger.errors import NotFound
from messenger.models import User
from moderation.models import EvidenceFile, Report

UNSETTLED = (Report.Status.OPEN, Report.Status.REVIEWING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFilters:
    """What narrows the queue; None leaves a filter out."""

    status: str | None = None
    reason: str | None = None
    conversation_id: int | None = None
    reported_user_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """A page of the queue; `total` counts all that match."""

    reports: list[Report]
    total: int
    next_cursor: str | None


def page_of_reports(*, viewer: User, filters: ReportFilters, cursor: str | None = None, limit: int = 20) -> ReportPage:
    """Reports with their evidence and people, oldest first. Four statements, however many they are.

    :raises ValidationFailed: the cursor is not of this list.
    """
    matching = _matching(filters)
    scope = f"reports:{filters!r}"
    page = matching
    if cursor is not None:
        (after,) = read_cursor(cursor, scope=scope, user_id=viewer.pk)
        page = page.filter(pk__gt=after)
    found = list(_with_all(page).order_by("pk")[: limit + 1])
    shown = found[:limit]
    has_more = len(found) > limit
    return ReportPage(
        reports=shown,
        total=matching.count(),
        next_cursor=sign_cursor([shown[-1].pk], scope=scope, user_id=viewer.pk) if has_more else None,
    )


def report_of(*, report_id: int) -> Report:
    """One report with its evidence and people.

    :raises NotFound: there is none.
    """
    report = _with_all(Report.objects.filter(pk=report_id)).first()
    if report is None:
        raise NotFound
    return report


def evidence_file_of(*, report_id: int, file_id: int) -> EvidenceFile:
    """A kept file of a report.

    :raises NotFound: there is none.
    """
    file = EvidenceFile.objects.filter(pk=file_id, evidence__report_id=report_id).first()
    if file is None:
        raise NotFound
    return file


def unsettled_count() -> int:
    """How many reports wait for a moderator."""
    return Report.objects.filter(status__in=UNSETTLED).count()


def _matching(filters: ReportFilters) -> QuerySet[Report]:
    wanted = {
        "status": filters.status,
        "reason": filters.reason,
        "conversation_id": filters.conversation_id,
        "reported_user_id": filters.reported_user_id,
    }
    return Report.objects.filter(**{name: value for name, value in wanted.items() if value is not None})


def _with_all(reports: QuerySet[Report]) -> QuerySet[Report]:
    people = reports.select_related("reporter", "reported_user", "handled_by", "evidence")
    return people.prefetch_related("evidence__files")
