"""Reports: made by participants, with evidence frozen in the same moment; handled by moderators."""

from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction

from messenger import bus
from messenger.errors import NotFound, ValidationFailed
from messenger.models import Message, User
from messenger.selectors import access
from messenger.services import counters, limits
from messenger.services.counters import Window
from messenger.texts import clean_text
from moderation.events import ModerationNotice
from moderation.models import Report
from moderation.services.audit import record
from moderation.services.evidence import freeze
from moderation.services.reasons import check_moderator

MAX_DETAILS_LENGTH = 2000
MAX_NOTE_LENGTH = 2000
REPORTS_AN_HOUR = 60
MAX_TOLD = 100
_SETTLED = {Report.Status.ACTIONED: "We have acted on it.", Report.Status.DISMISSED: "We saw no reason to act."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Why somebody reports something."""

    reason: str
    details: str = ""


def report_message(
    *, reporter: User, message_id: int, complaint: Complaint, conversation_id: int | None = None
) -> tuple[Report, bool]:
    """Report a message; gives the report, and whether it is new: a second one of the same person is the first one.

    :raises NotFound: no such message for the reporter.
    :raises RateLimited: too many reports within an hour.
    """
    message = access.message_of(user=reporter, message_id=message_id, conversation_id=conversation_id)
    return _report(reporter, message.conversation_id, message, complaint)


def report_conversation(*, reporter: User, conversation_id: int, complaint: Complaint) -> tuple[Report, bool]:
    """Report a whole conversation; as `report_message`.

    :raises NotFound: the reporter takes no part in it.
    :raises RateLimited: too many reports within an hour.
    """
    return _report(reporter, conversation_id, None, complaint)


@transaction.atomic
def change_report(*, moderator: User, report_id: int, status: str | None, note: str | None) -> Report:
    """Move a report on in the queue, or note something; the reporter is told when it is settled.

    :raises AdminRequired: no moderator.
    :raises NotFound: there is no such report.
    :raises ValidationFailed: neither a status nor a note.
    """
    check_moderator(moderator)
    if status is None and note is None:
        raise ValidationFailed.at("status", "Give a status, a note, or both.")
    report = Report.objects.select_for_update().filter(pk=report_id).first()
    if report is None:
        raise NotFound
    before = report.status
    report.status = before if status is None else Report.Status(status)
    if note is not None:
        report.note = clean_text(note, field="note", max_length=MAX_NOTE_LENGTH)
    report.handled_by = moderator
    report.save(update_fields=["status", "note", "handled_by", "updated_at"])
    record(
        moderator=moderator,
        action="report_updated",
        target_type="report",
        target_id=report.pk,
        conversation_id=report.conversation_id,
        reason=report.note if note is not None else "",
        facts={"from": before, "to": report.status},
    )
    if report.status != before:
        _tell_reporter(report)
    return report


def _report(reporter: User, conversation_id: int, message: Message | None, complaint: Complaint) -> tuple[Report, bool]:
    seat = access.seat_of(user=reporter, conversation_id=conversation_id)
    same = Report.objects.filter(reporter=reporter, conversation_id=conversation_id, message=message)
    known = same.first()
    if known is not None:
        return known, False
    _charge(reporter)
    try:
        with transaction.atomic():
            report = Report.objects.create(
                reporter=reporter,
                conversation_id=conversation_id,
                message=message,
                reported_user_id=None if message is None else message.sender_id,
                reason=complaint.reason,
                details=clean_text(complaint.details, field="details", max_length=MAX_DETAILS_LENGTH),
            )
            freeze(report=report, seat=seat, message=message)
            _tell_moderators(report)
    except IntegrityError:
        return same.get(), False
    return report, True


def _charge(reporter: User) -> None:
    if settings.MESSENGER_RATE_LIMIT == "off":
        return
    window = Window(key=f"messenger:limit:reports:{reporter.pk}", limit=REPORTS_AN_HOUR, seconds=3600)
    (hit,) = counters.take([[window]])
    if hit is not None:
        raise limits.refusal_of(limit=REPORTS_AN_HOUR, resets_in_s=hit.resets_in_s)


def _tell_moderators(report: Report) -> None:
    moderators = User.objects.filter(role=User.Role.ADMIN, is_active=True).order_by("pk")
    audience = tuple(moderators.values_list("pk", flat=True)[:MAX_TOLD])
    what = "A message" if report.message_id is not None else "A conversation"
    bus.publish(
        ModerationNotice(
            audience=audience,
            kind="report_made",
            title=f"{what} was reported",
            text=f"Reason: {report.reason}.",
            key=f"report:{report.pk}",
            conversation_id=report.conversation_id,
            message_id=report.message_id,
        )
    )


def _tell_reporter(report: Report) -> None:
    outcome = _SETTLED.get(Report.Status(report.status))
    if outcome is None or report.reporter_id is None:
        return
    bus.publish(
        ModerationNotice(
            audience=(report.reporter_id,),
            kind="report_settled",
            title="Your report was looked at",
            text=f"Thank you for telling us. {outcome}",
            key=f"report:{report.pk}:{report.status}",
            conversation_id=report.conversation_id,
            message_id=report.message_id,
        )
    )
