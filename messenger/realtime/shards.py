"""Which of the channel layer's groups an event must reach: one for each shard of the users."""

from collections.abc import Sequence

from django.conf import settings

from messenger.events import Event
from messenger.realtime import wire


def group_of(shard: int) -> str:
    """The channel layer's group of one shard of users."""
    return f"messenger.events.{shard}"


def shards_of(events: Sequence[Event]) -> list[tuple[str, list[Event]]]:
    """The events by the groups that they must reach, each with the part of its audience that listens there."""
    count = settings.MESSENGER_FANOUT_SHARDS
    if count == 1:
        return [(group_of(0), list(events))]
    parts: dict[int, list[Event]] = {}
    for event in events:
        people: dict[int, set[int]] = {}
        for user_id in wire.people_of(event):
            people.setdefault(user_id % count, set()).add(user_id)
        for shard, part in people.items():
            parts.setdefault(shard, []).append(wire.only_for(event, part))
    return [(group_of(shard), part) for shard, part in parts.items()]
