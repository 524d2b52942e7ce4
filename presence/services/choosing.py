from django.utils import timezone

from messenger import bus
from messenger.models import User
from presence import leases
from presence.events import PresenceChanged
from presence.leases import LeaseChange
from presence.local_leases import CHOSEN
from presence.models import LastSeen
from presence.selectors.visibility import watchers_of
from presence.services.telling import tell

STATUSES = ("online", "away", "invisible")


def choose_presence(
    *, user: User, sign_in_id: int | None, status: str, status_text: str | None, lasts_s: float
) -> None:
    """Set one's own presence: a lease of the caller's sign-in, or invisible to everybody until it is taken back.

    Who chose to be away is, whatever their devices say, until they choose again, have gone, or that sign-in ends.

    Who becomes invisible goes offline for the others at once.
    """
    seen, _ = LastSeen.objects.get_or_create(user=user, defaults={"at": timezone.now()})
    watchers = watchers_of([user.pk])[user.pk]
    was_invisible, seen.is_invisible = seen.is_invisible, status == "invisible"
    if status_text is not None:
        seen.status_text = status_text
    seen.save()
    state = leases.ONLINE if status == "invisible" else status
    lease = LeaseChange(user_id=user.pk, lease=f"{CHOSEN}{sign_in_id or 0}", state=state, lasts_s=lasts_s)
    tell(leases.apply([lease]))
    if was_invisible != seen.is_invisible:
        people = watchers if seen.is_invisible else watchers_of([user.pk])[user.pk]
        _tell_appearance(user, leases.OFFLINE if seen.is_invisible else state, people)


def _tell_appearance(user: User, status: str, people: tuple[int, ...]) -> None:
    now = timezone.now()
    bus.publish_now(PresenceChanged(audience=people, user_id=user.pk, status=status, last_seen=now, at=now))
