"""What has ended lately, so that what was still on its way when it ended comes to nothing."""

import time
from collections.abc import Container

from messenger.events import ConversationCreated, ConversationEvent, ConversationGone, Event, SessionEnded

SUSPECT_FOR_S = 15.0
MAX_REMEMBERED = 20_000


class EndedSeats:
    """Seats that ended, by (conversation, person), with the version from which on nothing more concerns them."""

    def __init__(self) -> None:
        self._ended: dict[tuple[int, int], int] = {}

    def note(self, event: Event, *, here: Container[int]) -> None:
        """Note that somebody who is connected `here` was removed, or has come back."""
        if isinstance(event, ConversationGone) and event.is_seat_ended:
            while len(self._ended) >= MAX_REMEMBERED:
                del self._ended[next(iter(self._ended))]
            for user_id in event.audience:
                if user_id in here:
                    self._ended[event.conversation_id, user_id] = event.version or 0
        elif isinstance(event, ConversationCreated) and self._ended:
            for user_id in event.audience:
                self._ended.pop((event.conversation_id, user_id), None)

    def is_over(self, event: Event, user_id: int) -> bool:
        """True for an event from before somebody was removed that arrives after it."""
        if not self._ended or not isinstance(event, ConversationEvent):
            return False
        ended = self._ended.get((event.conversation_id, user_id))
        if ended is None or isinstance(event, ConversationCreated | ConversationGone):
            return False
        return event.version is None or event.version <= ended


class EndedSessions:
    """Whose sessions ended a moment ago: one of theirs that connects just now may be one that was proved before."""

    def __init__(self) -> None:
        self._ended_at: dict[int, float] = {}

    def note(self, event: SessionEnded) -> None:
        """Remember the people for a moment."""
        now = time.monotonic()
        if len(self._ended_at) >= MAX_REMEMBERED:
            self._ended_at = {user: at for user, at in self._ended_at.items() if now - at < SUSPECT_FOR_S}
        self._ended_at.update(dict.fromkeys(event.audience, now))

    def is_suspect(self, user_id: int) -> bool:
        """True where a new connection's proof is to be looked at again."""
        return time.monotonic() - self._ended_at.get(user_id, -SUSPECT_FOR_S) < SUSPECT_FOR_S
