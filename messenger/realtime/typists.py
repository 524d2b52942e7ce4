"""Who is typing, as this process was told: ends what is not repeated (contract: off after 3 s of silence)."""

import asyncio
import dataclasses
import time
from collections.abc import Sequence

from messenger import bus
from messenger.events import Event, MessageSent, TypingChanged

TYPING_EXPIRES_AFTER_S = 3.0
LOOK_EVERY_S = 0.25


class Typists:
    """Remembers the typing events of this process until they are taken back, expire, or the message is sent."""

    def __init__(self) -> None:
        self._typing: dict[tuple[int, int], tuple[float, TypingChanged]] = {}

    def __len__(self) -> int:
        return len(self._typing)

    def notice(self, events: Sequence[Event]) -> None:
        """Follow what has just happened in this process."""
        for event in events:
            if isinstance(event, TypingChanged):
                key = (event.conversation_id, event.user_id)
                if event.is_typing:
                    self._typing[key] = (time.monotonic() + TYPING_EXPIRES_AFTER_S, event)
                else:
                    self._typing.pop(key, None)
            elif isinstance(event, MessageSent) and self._typing and event.message.sender_id is not None:
                self._stop((event.conversation_id, event.message.sender_id))

    def refresh(self, conversation_id: int, user_id: int) -> None:
        """The same person types on: the end moves, and nobody is told again."""
        key = (conversation_id, user_id)
        if key in self._typing:
            self._typing[key] = (time.monotonic() + TYPING_EXPIRES_AFTER_S, self._typing[key][1])

    def stop_user(self, user_id: int) -> None:
        """Take back all that somebody types: their last connection has closed."""
        for key in [key for key in self._typing if key[1] == user_id]:
            self._stop(key)

    async def run(self) -> None:
        """End what was not repeated in time."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            now = time.monotonic()
            for key in [key for key, (until, _) in self._typing.items() if until <= now]:
                self._stop(key)

    def _stop(self, key: tuple[int, int]) -> None:
        known = self._typing.pop(key, None)
        if known is not None:
            bus.publish_now(dataclasses.replace(known[1], is_typing=False))
