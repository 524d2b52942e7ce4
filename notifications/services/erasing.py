"""What notifications keep of people, for exports and erasures: what they were told, and what others were told of
them."""

from typing import Any

from django.db.models import Q, QuerySet

from messenger.models import User
from messenger.shapes import iso
from messenger.slots import Leaver, PersonalStore
from notifications.models import DigestWindow, Notification, Preferences


def _erase(leaver: Leaver) -> int:
    count = _about(leaver.user).delete()[0]
    for rows in (Preferences.objects.filter(user=leaver.user), DigestWindow.objects.filter(user=leaver.user)):
        count += rows.delete()[0]
    return count


def _remaining(leaver: Leaver) -> int:
    user = leaver.user
    own = Preferences.objects.filter(user=user).count() + DigestWindow.objects.filter(user=user).count()
    return _about(user).count() + own


def _about(user: User) -> QuerySet[Notification]:
    """Their own, and those that show others who wrote what."""
    return Notification.objects.filter(Q(user=user) | Q(data__senderId=str(user.pk)) | Q(data__userId=str(user.pk)))


def _export(user: User) -> list[dict[str, Any]]:
    rows = Notification.objects.filter(user=user).order_by("pk")
    return [
        {"type": row.type, "title": row.title, "message": row.message, "createdAt": iso(row.created_at)} for row in rows
    ]


STORE = PersonalStore(name="notifications", erase=_erase, remaining=_remaining, export=_export)
