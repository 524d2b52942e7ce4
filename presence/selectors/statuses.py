from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from presence import leases
from presence.models import LastSeen
from presence.selectors.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody's presence as one viewer may see it. `last_seen` is None for who may not be seen, and while online."""

    status: str = leases.OFFLINE
    last_seen: datetime | None = None


def presence_of(*, viewer_id: int, user_ids: Collection[int]) -> dict[int, Presence]:
    """Everybody asked for; strangers, hidden and unknown people alike are offline."""
    visible = visible_to(viewer_id=viewer_id, user_ids=[user_id for user_id in user_ids if user_id != viewer_id])
    own = LastSeen.objects.filter(user_id=viewer_id).values_list("at", flat=True).first()
    if viewer_id in user_ids:
        visible[viewer_id] = own
    shown = leases.statuses_of(visible)
    return {
        user_id: Presence(shown.get(user_id, leases.OFFLINE), visible[user_id]) if user_id in visible else Presence()
        for user_id in user_ids
    }


def statuses_for(viewer_id: int, user_ids: Collection[int]) -> dict[int, str]:
    """The kernel's slot: the status alone of those who are online or away to the viewer."""
    online = leases.statuses_of(user_ids)
    seen = visible_to(viewer_id=viewer_id, user_ids=[user_id for user_id in online if user_id != viewer_id])
    return {user_id: status for user_id, status in online.items() if user_id in seen or user_id == viewer_id}
