"""Times as people read them, for the first view; the script says the same in the device's time zone."""

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def zone_of(name: str) -> tzinfo:
    """The zone of that name, UTC for one that is not known."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def clock_time(moment: datetime) -> str:
    return date_format(moment, "g:i A")


def day_label(day: date, *, today: date) -> str:
    """For the separators between days."""
    days = (today - day).days
    if days == 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    return date_format(day, "l, F j" if day.year == today.year else "F j, Y")


def when_label(moment: datetime, *, today: date) -> str:
    """For lists: the time today, else the day."""
    days = (today - moment.date()).days
    if days <= 0:
        return clock_time(moment)
    if days == 1:
        return _("Yesterday")
    if days < 7:
        return date_format(moment, "D")
    return date_format(moment, "M j" if moment.year == today.year else "M j, Y")
