"""What a signed-in connection sends: found, paced, carried out and answered, whatever the transport."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from messenger.errors import MessengerError, UnknownEvent
from messenger.inputs import Fields, JsonObject
from messenger.realtime import handlers
from messenger.realtime.connection import Connection, settled
from messenger.services.drafts import draft_of
from messenger.shapes import message_shape

if TYPE_CHECKING:
    from messenger.realtime.hub import Hub

SEND = f"{handlers.PREFIX}send"
MAX_SENDS_IN_FLIGHT = 64

Answer = Callable[[bool, Any], None]


class Incoming:
    """Carries out one connection's events in their order; sends overlap, so that they can share a commit."""

    def __init__(self, hub: "Hub", connection: Connection) -> None:
        self._hub = hub
        self._connection = connection
        self._sends = asyncio.Semaphore(MAX_SENDS_IN_FLIGHT)
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, name: str, data: JsonObject, answer: Answer) -> None:
        """Carry out one event; `answer(ok, data or error)` is called once, now or later."""
        self._hub.note_alive(self._connection)
        if name == SEND:
            await self._sends.acquire()
            self._spawn(self._send(data, answer))
            return
        event = handlers.EVENTS.get(name)
        if event is not None and event.is_coalesced:
            self._spawn(self._coalesced(name, event, data, answer))
            return
        answer(*await settled(self._carry_out(event, data)))

    def close(self) -> None:
        """Forget the events that wait for their second; sends in flight go on."""
        self._connection.coalescer.close()

    async def _carry_out(self, event: handlers.Event | None, data: JsonObject) -> Any:
        self._connection.spend_event()
        if event is None:
            raise UnknownEvent
        return await event.handler(self._hub, self._connection, Fields(data))

    async def _coalesced(self, name: str, event: handlers.Event, data: JsonObject, answer: Answer) -> None:
        async def carry_out(latest: dict[str, Any]) -> Any:
            return await event.handler(self._hub, self._connection, Fields(latest))

        key = (name, str(data.get("conversationId"))[:32])
        answer(*await settled(self._connection.coalescer.run(key, data, carry_out)))

    async def _send(self, data: JsonObject, answer: Answer) -> None:
        try:
            answer(*await settled(self._store(data)))
        finally:
            self._sends.release()

    async def _store(self, data: JsonObject) -> Any:
        self._connection.spend_event()
        fields, me = Fields(data), self._connection
        draft = draft_of(
            fields,
            sender_id=me.user_id,
            conversation_id=fields.identifier("conversationId"),
            door=me.door,
            sign_in_id=me.identity.sign_in_id,
            connection_id=me.id,
        )
        outcome = await self._hub.writer.submit(draft)
        if isinstance(outcome, MessengerError):
            raise outcome
        return {"message": message_shape(outcome.message, viewer_id=me.user_id)}

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
