"""Tells people their unread counts, at most once a second each: one query for all whose turn it is.

Turns are spread over the second: telling everybody at once would hold all deliveries up for as long.
"""

import asyncio
import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import DatabaseError

from messenger.events import (
    ConversationGone,
    ConversationRead,
    Event,
    MessageDeleted,
    MessageEdited,
    MessageSent,
    SeatChanged,
)
from messenger.realtime.frames import Frame
from messenger.realtime.threads import in_thread
from messenger.selectors.unread import UnreadCounts, unread_counts_of

if TYPE_CHECKING:
    from messenger.realtime.hub import Hub

TELL_EVERY_S = 1.0
TURNS = 20


class UnreadTeller:
    """Gathers whose counts may have changed, and tells those who are connected here."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._due: list[dict[int, set[int]]] = [{} for _ in range(TURNS)]

    def notice(self, event: Event) -> None:
        """Note whose counts the event may have changed."""
        match event:
            case MessageSent():
                people: Iterable[int] = (p for p in event.audience if p != event.message.sender_id)
            case MessageDeleted() | MessageEdited() | SeatChanged() | ConversationGone():
                people = event.audience
            case ConversationRead():
                people = (event.user_id,)
            case _:
                return
        for user_id in people:
            if user_id in self._hub.connections:
                self._due[user_id % TURNS].setdefault(user_id, set()).add(event.conversation_id)

    async def run(self) -> None:
        """Tell everybody who is due, each in their turn of the second."""
        for turn in itertools.cycle(range(TURNS)):
            await asyncio.sleep(TELL_EVERY_S / TURNS)
            if self._due[turn]:
                due, self._due[turn] = self._due[turn], {}
                try:
                    counts = await in_thread(unread_counts_of, list(due), due)
                except DatabaseError:
                    continue
                for user_id in due:
                    self._tell(user_id, counts[user_id])

    def _tell(self, user_id: int, counts: UnreadCounts) -> None:
        for conversation_id, count in counts.conversations.items():
            data = {
                "unreadCount": counts.total,
                "conversationId": str(conversation_id),
                "conversationUnreadCount": count,
            }
            frame = Frame((user_id,), "messenger:v4:unread", data)
            for connection in self._hub.connections.get(user_id, ()):
                connection.push(frame)
