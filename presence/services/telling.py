"""What follows from a change of presence: last seen is stored, and those who may see it are told."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from messenger import bus
from messenger.events import Event, SessionEnded, VisibilityChanged
from messenger.models import SignIn, User
from presence import leases
from presence.events import PresenceChanged
from presence.local_leases import CHOSEN, REST
from presence.models import LastSeen
from presence.selectors.visibility import acquaintances_of, watchers_of

MAX_ENDED = 1_000
JUST_NOW = timedelta(minutes=1)


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


def follow(events: Sequence[Event]) -> None:
    """What follows from events of the kernel: sign-ins that ended, and who may see whom since."""
    for event in events:
        if isinstance(event, SessionEnded):
            _end_leases(event)
        elif isinstance(event, VisibilityChanged):
            _tell_visibility(event)


def _end_leases(event: SessionEnded) -> None:
    """What a sign-in chose or showed by REST ends with it; its sockets' leases end with them."""
    ended = SignIn.objects.filter(user_id__in=event.audience, ended_at__gte=timezone.now() - JUST_NOW)
    if event.sign_in_ids is not None:
        ended = ended.filter(pk__in=event.sign_in_ids)
    recent = ended.order_by("-ended_at").values_list("user_id", "pk")[:MAX_ENDED]
    changes = [
        leases.LeaseChange(user_id=user_id, lease=f"{kind}{pk}", state="ending", lasts_s=0)
        for user_id, pk in recent
        for kind in (REST, CHOSEN)
    ]
    tell(leases.apply(changes))


def _tell_visibility(event: VisibilityChanged) -> None:
    """Tell everybody who knows these people what they see of them now: their status, or that they are offline.

    Of two between whom a block has come or gone, each is told of the other alone.
    """
    people, now = event.audience, timezone.now()
    statuses, watchers = leases.statuses_of(people), watchers_of(people)
    seen = dict(LastSeen.objects.filter(pk__in=people).values_list("pk", "at"))
    told = []
    for user_id in people:
        known = acquaintances_of(user_id)
        viewers = known.intersection(people) if len(people) > 1 else known
        may_see = viewers.intersection(watchers[user_id])
        for audience, status in ((may_see, statuses.get(user_id, leases.OFFLINE)), (viewers - may_see, leases.OFFLINE)):
            told.append(
                PresenceChanged(
                    audience=tuple(sorted(audience)),
                    user_id=user_id,
                    status=status,
                    last_seen=seen.get(user_id) if audience is may_see else None,
                    at=now,
                )
            )
    bus.publish_now(*[change for change in told if change.audience])


def clear_presence() -> int:
    """Let leases run out that no process watches any more; gives the number of people it changed."""
    changed = leases.expire()
    tell(changed)
    tell_again()
    return len(changed)
