"""Who is typing, as this process was told: ends what is not repeated (contract: off after 3 s of silence)."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import structs

from messenger import bus
from messenger.events import Event, MessageSent, TypingChanged
from messenger.services.typing import TOLD_AT_MOST_EVERY_S, note_told

TYPING_EXPIRES_AFTER_S = 3.0
LOOK_EVERY_S = 0.25


@dataclass(slots=True)
class _Typing:
    until: float
    event: TypingChanged
    connection_id: str = ""


class Typists:
    """Remembers the typing events of this process until they are taken back, expire, or the message is sent."""

    def __init__(self) -> None:
        self._typing: dict[tuple[int, int], _Typing] = {}

    def __len__(self) -> int:
        return len(self._typing)

    def notice(self, events: Sequence[Event]) -> None:
        """Follow what has just happened in this process."""
        for event in events:
            if isinstance(event, TypingChanged):
                self._note(event)
            elif isinstance(event, MessageSent) and self._typing and event.message.sender_id is not None:
                self.stop(event.conversation_id, event.message.sender_id)

    def notice_elsewhere(self, events: Sequence[Event]) -> None:
        """Follow what other processes told, where a person may type on another device: one of us tells the end."""
        self.notice([event for event in events if isinstance(event, MessageSent)])
        for event in events:
            if isinstance(event, TypingChanged) and event.audience:
                place = event.conversation_id, event.user_id
                note_told(*place)
                known = self._typing.get(place)
                if known is not None and event.is_typing:
                    known.until = time.monotonic() + TYPING_EXPIRES_AFTER_S + TOLD_AT_MOST_EVERY_S
                elif known is not None:
                    del self._typing[place]

    def refresh(self, conversation_id: int, user_id: int, *, connection_id: str) -> None:
        """The same person types on, over this connection: the end moves, and nobody is told again."""
        known = self._typing.get((conversation_id, user_id))
        if known is not None:
            known.until, known.connection_id = time.monotonic() + TYPING_EXPIRES_AFTER_S, connection_id

    def stop(self, conversation_id: int, user_id: int) -> None:
        """Take back that somebody types here, if others were told."""
        known = self._typing.pop((conversation_id, user_id), None)
        if known is not None:
            bus.publish_now(structs.replace(known.event, is_typing=False))

    def stop_connection(self, connection_id: str) -> None:
        """Take back all that was typed over a connection that has closed."""
        for place in [place for place, known in self._typing.items() if known.connection_id == connection_id]:
            self.stop(*place)

    def stop_user(self, user_id: int) -> None:
        """Take back all that somebody types: their last connection has closed."""
        for place in [place for place in self._typing if place[1] == user_id]:
            self.stop(*place)

    async def run(self) -> None:
        """End what was not repeated in time."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            now = time.monotonic()
            for place in [place for place, known in self._typing.items() if known.until <= now]:
                self.stop(*place)

    def _note(self, event: TypingChanged) -> None:
        place, now = (event.conversation_id, event.user_id), time.monotonic()
        if event.is_typing:
            self._typing[place] = _Typing(now + TYPING_EXPIRES_AFTER_S, event)
        elif not event.audience:
            known = self._typing.get(place)
            if known is not None:  # nobody was told, since the second of the last event was not over
                known.until = min(known.until, now + TOLD_AT_MOST_EVERY_S)
        else:
            self._typing.pop(place, None)
