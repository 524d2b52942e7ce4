"""Notifications' events, as the AsyncAPI document describes them (see `messenger.realtime.vocabulary`)."""

from messenger.realtime.vocabulary import EventOut
from notifications.events import NotificationWritten
from notifications.wire_types import NotificationTold

EVENTS_OUT = (
    EventOut(name="messenger:v4:notification", data=NotificationTold, to="the person", spells=(NotificationWritten,)),
)
