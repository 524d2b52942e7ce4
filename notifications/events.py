from datetime import datetime
from typing import Any

from msgspec import Struct

from messenger.events import Event, register_event


class NotificationSnapshot(Struct, frozen=True, kw_only=True):
    """A notification as it stands in its person's list. `data` holds what clients may act on."""

    id: int
    user_id: int
    type: str
    title: str
    message: str
    action_url: str
    action_text: str
    icon: str
    priority: str
    category: str
    data: dict[str, Any]
    metadata: dict[str, Any]
    conversation_id: int | None
    read_at: datetime | None
    created_at: datetime
    expires_at: datetime | None


@register_event
class NotificationWritten(Event, frozen=True, kw_only=True):
    """Something to know was written down for one person."""

    notification: NotificationSnapshot
