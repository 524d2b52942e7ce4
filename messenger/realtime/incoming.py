"""What a signed-in connection sends: found, paced, carried out and answered, whatever the transport."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from messenger.errors import MessengerError, RateLimited, UnknownEvent
from messenger.inputs import Fields, JsonObject
from messenger.measures import measures
from messenger.message_shapes import own_message_shape
from messenger.realtime import handlers
from messenger.realtime.chatter import Chatter, typing_key
from messenger.realtime.connection import Connection, error_shape, settled
from messenger.realtime.threads import in_thread
from messenger.services.drafts import Draft, draft_of
from messenger.services.sending import Sent
from messenger.shapes import message_shape
from messenger.snapshots import MessageSnapshot

if TYPE_CHECKING:
    from messenger.realtime.hub import Hub

SEND = f"{handlers.PREFIX}send"
MAX_SENDS_IN_FLIGHT = 64
DONE, REFUSED = True, False

Answer = Callable[[bool, Any], None]


class Incoming:
    """Carries out one connection's events in their order; sends overlap, so that they can share a commit."""

    def __init__(self, hub: "Hub", connection: Connection) -> None:
        self._hub = hub
        self._connection = connection
        self._in_flight = 0
        self._landed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, name: str, data: JsonObject, answer: Answer) -> None:
        """Carry out one event; `answer(ok, data or error)` is called once, now or later."""
        self._hub.note_alive(self._connection)
        answer = _measured(answer)
        if name == SEND:
            await self._send(data, answer)
            return
        event = handlers.EVENTS.get(name)
        if not (isinstance(event, Chatter) and self._chat(event, data, answer)):
            answer(*await settled(self._carry_out(event, data)))

    def close(self) -> None:
        """Forget the events that wait for their second; sends in flight go on."""
        self._connection.coalescer.close()

    async def _carry_out(self, event: handlers.Event | Chatter[Any] | None, data: JsonObject) -> Any:
        self._connection.spend_event()
        if event is None:
            raise UnknownEvent
        return await event.handler(self._hub, self._connection, Fields(data))

    def _chat(self, event: Chatter[Any], data: JsonObject, answer: Answer) -> bool:
        """Let an event wait for its second, uncounted; False where it is one to be counted, like what is no such."""
        coalescer = self._connection.coalescer
        if coalescer.is_crowded:
            return False
        try:
            said = event.read(self._connection, Fields(data))
        except MessengerError:
            return False
        carry_out = partial(event.carry_out, self._hub, self._connection)
        self._spawn(self._coalesced(coalescer.run(event.key(said), said, carry_out, event.merged), answer))
        return True

    async def _coalesced(self, work: Awaitable[Any], answer: Answer) -> None:
        is_done, result = await settled(work)
        if not is_done:
            self._connection.coalescer.note_refusal()
        answer(is_done, result)

    async def _send(self, data: JsonObject, answer: Answer) -> None:
        """Hand a send to the writer; the answer comes after its commit, without a task of its own."""
        try:
            self._connection.spend_event()
            draft = self._draft_of(data)
        except MessengerError as refusal:
            answer(REFUSED, error_shape(refusal))
            return
        while self._in_flight >= MAX_SENDS_IN_FLIGHT:
            await self._landed.wait()
            self._landed.clear()
        self._in_flight += 1
        self._overtake_typing(draft.conversation_id)
        self._hub.sends.hand_over(draft, partial(self._answer_send, answer))

    def _overtake_typing(self, conversation_id: int) -> None:
        """A message takes back that its sender types, also what waits for its second."""
        self._connection.sends += 1
        self._connection.coalescer.settle(typing_key(conversation_id), {})

    def _answer_send(self, answer: Answer, outcome: Sent | MessengerError) -> None:
        self._in_flight -= 1
        self._landed.set()
        if isinstance(outcome, MessengerError):
            answer(REFUSED, error_shape(outcome))
        elif not outcome.is_new:
            self._spawn(self._answer_repeat(answer, outcome.message))
        else:
            answer(DONE, {"message": message_shape(outcome.message, viewer_id=self._connection.user_id)})

    async def _answer_repeat(self, answer: Answer, message: MessageSnapshot) -> None:
        """A repeat gets the message as it now stands: who has got and read it since is to be looked up."""
        shape = partial(own_message_shape, message, viewer_id=self._connection.user_id)
        is_done, result = await settled(in_thread(shape))
        answer(is_done, {"message": result} if is_done else result)

    def _draft_of(self, data: JsonObject) -> Draft:
        fields, me = Fields(data), self._connection
        return draft_of(
            fields,
            sender_id=me.user_id,
            conversation_id=fields.identifier("conversationId"),
            door=me.door,
            sign_in_id=me.identity.sign_in_id,
            connection_id=me.id,
        )

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _measured(answer: Answer) -> Answer:
    """Count an event, and its refusal where it comes to that."""
    measures.count("socket_events")

    def tell(is_done: bool, result: Any) -> None:
        if not is_done:
            measures.count("socket_rate_limited" if result["code"] == RateLimited.code else "socket_errors")
        answer(is_done, result)

    return tell
