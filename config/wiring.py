"""What follows from an event: the whole table, on one page.

In the transaction of the change: rows that must not be lost (notifications, outbox). After its commit: delivery.
"""

from messenger import bus
from messenger.realtime import lifetime


def wire() -> None:
    """Connect every listener; a repeat changes nothing."""
    bus.connect(lifetime.deliver)
