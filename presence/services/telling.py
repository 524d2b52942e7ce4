"""What follows from a change of presence: last seen is stored, and those who may see it are told."""

from collections.abc import Sequence

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
    watchers = watchers_of(list(latest))
    bus.publish_now(
        *(
            PresenceChanged(
                audience=(user_id, *watchers[user_id]), user_id=user_id, status=status, last_seen=now, at=now
            )
            for user_id, status in latest.items()
        )
    )


def clear_presence() -> int:
    """Let leases run out that no process watches any more; gives the number of people it changed."""
    changed = leases.expire()
    tell(changed)
    return len(changed)
