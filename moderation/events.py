"""What those concerned are to be told of moderation. Notifications are written from these (`config/wiring.py`)."""

from typing import Literal

from messenger.events import Event, register_event

Kind = Literal[
    "warned",
    "suspended",
    "suspension_lifted",
    "message_removed",
    "conversation_closed",
    "conversation_reopened",
    "report_made",
    "report_settled",
]


@register_event
class ModerationNotice(Event, frozen=True, kw_only=True):
    """A notice to its audience, in words that they may read. `key` is the same for a repeat of the same notice."""

    kind: Kind
    title: str
    text: str
    key: str
    conversation_id: int | None = None
    message_id: int | None = None
