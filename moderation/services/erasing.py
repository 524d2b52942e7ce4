"""What moderation keeps of people, for exports and erasures: reports and their evidence stay, as the audit does."""

from typing import Any

from django.db.models import Q

from messenger.models import User
from messenger.shapes import iso
from messenger.slots import Leaver, PersonalStore
from moderation.models import Report

_WHY = "Reports, their evidence and the audit log are the record of moderation; they end by the operator's rules."


def _remaining(leaver: Leaver) -> int:
    return Report.objects.filter(Q(reporter=leaver.user) | Q(reported_user=leaver.user)).count()


def _export(user: User) -> list[dict[str, Any]]:
    rows = Report.objects.filter(reporter=user).order_by("pk")
    return [
        {"reason": row.reason, "details": row.details, "status": row.status, "createdAt": iso(row.created_at)}
        for row in rows
    ]


STORE = PersonalStore(
    name="reports and evidence", erase=lambda _: 0, remaining=_remaining, kept=lambda _: _WHY, export=_export
)
