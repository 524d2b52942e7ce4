"""Presence's events, as the AsyncAPI document describes them (see `messenger.realtime.vocabulary`)."""

from messenger.realtime.vocabulary import EventOut
from presence.events import PresenceChanged
from presence.wire_types import PresenceTold

_TO = "those who may see it"

EVENTS_OUT = (
    EventOut(name="messenger:v4:presence", data=PresenceTold, to=_TO, spells=(PresenceChanged,)),
    EventOut(name="presence:changed", data=PresenceTold, to=f"{_TO} (for older pages)", spells=(PresenceChanged,)),
)
