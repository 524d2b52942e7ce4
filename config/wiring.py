"""What follows from an event: the whole table, on one page.

In the transaction of the change: rows that must not be lost (notifications, outbox). After its commit: delivery.
"""

from config.notices import write_moderation_notices
from messenger import bus, slots
from messenger.measures import measures
from messenger.realtime import lifetime
from messenger.realtime.dialects import v4
from messenger.realtime.measuring import MeasureKeeper
from messenger.services import data_exports, erasing, flow_webhook, link_previews, new_faces, outbox
from messenger.services.link_notes import note_links
from moderation import events as moderation_events
from moderation.services import erasing as moderation_erasing
from moderation.services.deeds import note_deed
from moderation.services.looks import look_at_history
from notifications.events import NotificationWritten
from notifications.realtime import frames_of_notification
from notifications.selectors.figures import delivery_figures
from notifications.services import erasing as notification_erasing
from presence.realtime import PresenceKeeper, note_request
from presence.selectors.statuses import statuses_for
from presence.services import erasing as presence_erasing
from presence.services.telling import follow

# what rings publish crosses the bus by name: every process knows them all
RINGS_EVENTS = (moderation_events.ModerationNotice, NotificationWritten)

# who carries out what the outbox holds, by topic
CARRIERS = (flow_webhook.CARRIER, link_previews.CARRIER, data_exports.CARRIER, erasing.CARRIER, new_faces.CARRIER)


def wire() -> None:
    """Connect every listener; a repeat changes nothing."""
    bus.connect(note_links, in_transaction=True)
    bus.connect(write_moderation_notices, in_transaction=True)
    bus.connect(lifetime.deliver)  # first: people wait for it
    bus.connect(measures.note_events)
    bus.connect(follow)
    v4.spell.register(NotificationWritten, frames_of_notification)
    slots.fill_presence(statuses_for)
    slots.fill_personal_stores(presence_erasing.STORE, notification_erasing.STORE, moderation_erasing.STORE)
    slots.fill_watchers(PresenceKeeper, MeasureKeeper)
    slots.fill_signs_of_life(note_request, measures.note_rest_client)
    slots.fill_moderation(deeds=note_deed, looks=look_at_history)
    slots.fill_figures("notifications", delivery_figures)
    for carrier in CARRIERS:
        outbox.appoint(carrier)
