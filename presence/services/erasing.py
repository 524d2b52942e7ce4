"""What presence keeps of people, for exports and erasures."""

from typing import Any

from messenger.models import User
from messenger.shapes import iso
from messenger.slots import PersonalStore
from presence.models import LastSeen


def _export(user: User) -> list[dict[str, Any]]:
    return [{"lastSeen": iso(row.at), "statusText": row.status_text} for row in LastSeen.objects.filter(user=user)]


STORE = PersonalStore(
    name="last seen",
    erase=lambda leaver: LastSeen.objects.filter(user=leaver.user).delete()[0],
    remaining=lambda leaver: LastSeen.objects.filter(user=leaver.user).count(),
    export=_export,
)
