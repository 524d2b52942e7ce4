"""What moderation says to people, written down as notifications: the two rings do not know each other."""

from collections.abc import Sequence

from messenger.events import Event
from moderation.events import ModerationNotice
from notifications.services.writing import Notice, write_notices

_HIGH = {"warned", "suspended", "message_removed"}


def write_moderation_notices(events: Sequence[Event]) -> None:
    """Write what a batch of events says of moderation."""
    notices = [_notice(event) for event in events if isinstance(event, ModerationNotice)]
    if notices:
        write_notices(notices)


def _notice(event: ModerationNotice) -> Notice:
    place, message = event.conversation_id, event.message_id
    return Notice(
        people=event.audience,
        type="moderation",
        title=event.title,
        message=event.text,
        key=event.key,
        category=event.kind,
        priority="high" if event.kind in _HIGH else "normal",
        action_url="" if place is None else f"/messenger/?conversation={place}",
        conversation_id=place,
        data={} if message is None else {"messageId": str(message)},
    )
