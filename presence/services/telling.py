"""What follows from a change of presence: last seen is stored, and those who may see it are told."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from messenger import bus
from messenger.models import User
from presence import leases
from presence.events import PresenceChanged
from presence.models import LastSeen
from presence.selectors.visibility import watchers_of


def tell(changed: Sequence[tuple[int, str]]) -> None:
    """Store and tell the changes; of several of one person the last one counts."""
    if not changed:
        return
    latest, now = dict(changed), timezone.now()
    known = User.objects.filter(pk__in=latest, erased_at__isnull=True).values_list("pk", flat=True)
    LastSeen.objects.bulk_create(
        [LastSeen(user_id=user_id, at=now) for user_id in known],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["at"],
    )
    _publish(latest, last_seen=dict.fromkeys(latest, now))


def tell_again() -> None:
    """Tell once more what other processes may not have heard while Valkey was away; nothing is stored."""
    latest = dict(leases.again())
    if latest:
        seen = LastSeen.objects.filter(pk__in=latest).values_list("pk", "at")
        _publish(latest, last_seen=dict(seen))


def _publish(latest: Mapping[int, str], *, last_seen: Mapping[int, datetime]) -> None:
    watchers, now = watchers_of(list(latest)), timezone.now()
    bus.publish_now(
        *(
            PresenceChanged(
                audience=(user_id, *watchers[user_id]),
                user_id=user_id,
                status=status,
                last_seen=last_seen.get(user_id),
                at=now,
            )
            for user_id, status in latest.items()
        )
    )


def clear_presence() -> int:
    """Let leases run out that no process watches any more; gives the number of people it changed."""
    changed = leases.expire()
    tell(changed)
    tell_again()
    return len(changed)
