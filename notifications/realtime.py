"""v4's spelling of notifications."""

from collections.abc import Iterator

from messenger.realtime.dialects.v4 import PREFIX
from messenger.realtime.frames import Frame
from notifications.events import NotificationWritten
from notifications.shapes import notification_body


def frames_of_notification(event: NotificationWritten) -> Iterator[Frame]:
    """The person's own event."""
    yield Frame(event.audience, f"{PREFIX}notification", {"notification": notification_body(event.notification)})
