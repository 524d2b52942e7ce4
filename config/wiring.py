"""What follows from an event: the whole table, on one page.

In the transaction of the change: rows that must not be lost (notifications, outbox). After its commit: delivery.
"""

from messenger import bus, slots
from messenger.realtime import lifetime
from presence.realtime import PresenceKeeper, note_request
from presence.selectors.statuses import statuses_for


def wire() -> None:
    """Connect every listener; a repeat changes nothing."""
    bus.connect(lifetime.deliver)
    slots.fill_presence(statuses_for)
    slots.fill_watcher(PresenceKeeper)
    slots.fill_sign_of_life(note_request)
