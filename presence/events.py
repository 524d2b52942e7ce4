from datetime import datetime

from messenger.events import Event, register_event


@register_event
class PresenceChanged(Event, frozen=True, kw_only=True):
    """Somebody came, went or stepped away; told only to those who may see it."""

    user_id: int
    status: str
    last_seen: datetime | None
    at: datetime
