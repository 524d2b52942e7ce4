"""Typing is told and never stored. This process remembers when it last told of whom, to keep the pace."""

import time
from threading import Lock

from messenger import bus
from messenger.events import TypingChanged
from messenger.models import Participant, User
from messenger.selectors import access

TOLD_AT_MOST_EVERY_S = 1.0
MAX_REMEMBERED = 20_000


class _Pace:
    """When somebody's typing was last told, by (conversation, user); bounded."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._told_at: dict[tuple[int, int], float] = {}

    def may_tell(self, conversation_id: int, user_id: int) -> bool:
        key, now = (conversation_id, user_id), time.monotonic()
        with self._lock:
            if now - self._told_at.get(key, -TOLD_AT_MOST_EVERY_S) < TOLD_AT_MOST_EVERY_S:
                return False
            self._told_at.pop(key, None)
            while len(self._told_at) >= MAX_REMEMBERED:
                del self._told_at[next(iter(self._told_at))]
            self._told_at[key] = now
        return True


_pace = _Pace()


def set_typing(*, typist: User, conversation_id: int, is_typing: bool = True) -> None:
    """Tell the others that somebody types, or has stopped: at most once a second, whatever is called.

    :raises NotFound: the typist takes no part in the conversation.
    :raises MessengerError: what the gate of sending refuses (`access.check_may_write`).
    """
    place = access.place_of(user=typist, conversation_id=conversation_id)
    access.check_may_write(user=typist, conversation=place.conversation)
    if not _pace.may_tell(conversation_id, typist.pk):
        return
    seats = Participant.objects.filter(conversation_id=conversation_id, left_at__isnull=True, is_hidden=False)
    audience = tuple(seats.exclude(user=typist).order_by("pk").values_list("user_id", flat=True))
    bus.publish_now(
        TypingChanged(
            audience=audience,
            conversation_id=conversation_id,
            user_id=typist.pk,
            user_name=typist.display_name,
            is_typing=is_typing,
        )
    )
