from dataclasses import dataclass
from datetime import datetime

from messenger.events import Event, register_event


@register_event
@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged(Event):
    """Somebody came, went or stepped away; told only to those who may see it."""

    user_id: int
    status: str
    last_seen: datetime | None
    at: datetime
