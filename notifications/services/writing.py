"""Writing down what people should know, in the transaction of what it is about: neither is without the other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import fields

from messenger import bus
from notifications.events import NotificationSnapshot, NotificationWritten
from notifications.models import Notification


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What some people should know. `key` is the same for a repeat of it; texts are cut to what rows hold."""

    people: tuple[int, ...]
    type: str
    title: str
    message: str
    key: str
    category: str = ""
    priority: str = Notification.Priority.NORMAL
    action_url: str = ""
    conversation_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


def write_notices(notices: Sequence[Notice]) -> None:
    """Write a notification for each person of each notice, and tell them; a repeat changes nothing."""
    keys = [notice.key for notice in notices]
    known = set(Notification.objects.filter(source_key__in=keys).values_list("user_id", "source_key"))
    rows = Notification.objects.bulk_create(
        [
            _row(notice, user_id)
            for notice in notices
            for user_id in dict.fromkeys(notice.people)
            if (user_id, notice.key) not in known
        ]
    )
    bus.publish(*[NotificationWritten(audience=(row.user_id,), notification=snapshot_of(row)) for row in rows])


def snapshot_of(row: Notification) -> NotificationSnapshot:
    """The row as events carry it."""
    return NotificationSnapshot(**{item.name: getattr(row, item.name) for item in fields(NotificationSnapshot)})


def _row(notice: Notice, user_id: int) -> Notification:
    return Notification(
        user_id=user_id,
        type=notice.type,
        title=notice.title[:200],
        message=notice.message[:2000],
        source_key=notice.key,
        category=notice.category,
        priority=notice.priority,
        action_url=notice.action_url,
        conversation_id=notice.conversation_id,
        data=notice.data,
    )
