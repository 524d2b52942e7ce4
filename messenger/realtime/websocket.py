"""The native WebSocket, `/ws/messenger/`: JSON text frames (contract: v4 realtime)."""

import asyncio
import contextlib
from functools import partial
from typing import Any

from channels.consumer import AsyncConsumer

from messenger.errors import InvalidToken, MessengerError, Unauthenticated, Unavailable, ValidationFailed
from messenger.inputs import Fields, JsonObject, load_json
from messenger.realtime.connection import (
    CLOSE_GOING_AWAY,
    CLOSE_TOO_MANY,
    CLOSE_UNAUTHENTICATED,
    Connection,
    error_shape,
    settled,
)
from messenger.realtime.endings import break_off, close_message, direct_writer
from messenger.realtime.frames import answer_text, refusal_text
from messenger.realtime.greeting import Greeting
from messenger.realtime.hub import Hub
from messenger.realtime.incoming import Incoming
from messenger.realtime.lifetime import hub_here
from messenger.realtime.long_frames import read_beside
from messenger.realtime.outgoing import OutgoingQueue
from messenger.realtime.pace import FLOOD_PAUSE_S, ReadingPace
from messenger.realtime.proof import proof_of
from messenger.realtime.seats import address_of, seats_of_addresses
from messenger.realtime.threads import in_thread
from messenger.selectors.identity import Proof, prove_token

PROOF_WITHIN_S = 10.0
FRAMES_BEFORE_PROOF = 100
MAX_FRAME_BYTES = 262_144
CLOSE_TOO_BIG = 1009
CLOSE_WITHIN_S = 5.0


class _Gone(Exception):
    """The client has gone."""


class MessengerSocket(AsyncConsumer):
    """One native connection: a plain receive loop, and one writer that takes from the connection's queue."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        if (await receive())["type"] != "websocket.connect":
            return
        await send({"type": "websocket.accept"})
        address = address_of(scope)
        if not await seats_of_addresses.take(address):
            await self._close(CLOSE_TOO_MANY, "too many connections")
            return
        try:
            await self._welcome(scope)
        finally:
            seats_of_addresses.give_back(address)

    async def _welcome(self, scope: Any) -> None:
        with contextlib.suppress(_Gone):
            try:
                hub = hub_here()
                queue = OutgoingQueue(direct_writer(scope))
                (connection, hello), ref = await self._greeting(hub, scope, queue)
            except Unavailable:
                await self._close(CLOSE_GOING_AWAY, "unavailable")
                return
            except MessengerError as error:
                await self._close(CLOSE_UNAUTHENTICATED, error.code)
                return
            if not await hub.has_room_for(connection):
                await self._close(CLOSE_TOO_MANY, "too many connections")
                return
            connection.push(hello)
            if ref is not None:
                connection.push_text(answer_text(ref, {"userId": str(connection.user_id)}))
            hub.register(connection)
            await self._serve(hub, connection, queue)

    async def _greeting(self, hub: Hub, scope: dict[str, Any], queue: OutgoingQueue) -> tuple[Greeting, str | None]:
        """A connection for who is proved by the handshake, or by a first `auth {token}` within 10 s and its `ref`."""
        proof, ref = proof_of(scope), None
        greeting = None if proof is None else await hub.greeter.greet(proof, door="native", outgoing=queue)
        if greeting is None:
            try:
                async with asyncio.timeout(PROOF_WITHIN_S):
                    proof, ref = await self._first_proof()
            except TimeoutError:
                raise Unauthenticated from None
            greeting = await hub.greeter.greet(proof, door="native", outgoing=queue)
        if greeting is None:
            raise InvalidToken
        return greeting, ref

    async def _first_proof(self) -> tuple[Proof, str | None]:
        for _ in range(FRAMES_BEFORE_PROOF):
            try:
                name, data, ref = await parsed(await self._frame())
            except BadFrame as error:
                await self._send({"type": "websocket.send", "text": refusal_text(error.ref, error_shape(error))})
                continue
            if name == "auth":
                return Proof("token", Fields(data).secret("token", max_length=4096)), ref
            if ref is not None:
                text = refusal_text(ref, error_shape(Unauthenticated()))
                await self._send({"type": "websocket.send", "text": text})
        raise Unauthenticated

    async def _serve(self, hub: Hub, connection: Connection, queue: OutgoingQueue) -> None:
        writer = asyncio.create_task(self._write(connection, queue))
        reader = asyncio.create_task(self._read(hub, connection))
        connection.on_closing = partial(asyncio.get_running_loop().call_later, CLOSE_WITHIN_S, self._break_off, writer)
        if connection.closing is not None:
            connection.on_closing()
        try:
            await asyncio.wait({writer, reader}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            hub.unregister(connection)
            await _finish(reader, writer)
            connection.on_closing = lambda: None  # the other knows the writer, which knows the connection

    def _break_off(self, writer: asyncio.Task[None]) -> None:
        """End a client that does not read: what it is told of the end would never leave."""
        if not writer.done():
            break_off(self._scope)
            writer.cancel()

    async def _write(self, connection: Connection, queue: OutgoingQueue) -> None:
        while True:
            text = queue.take()
            if text is not None:
                await self._send({"type": "websocket.send", "text": text})
            elif connection.closing is not None:
                await self._close(connection.closing.code, connection.closing.reason)
                return
            else:
                await queue.wait()

    async def _read(self, hub: Hub, connection: Connection) -> None:
        incoming, pace = Incoming(hub, connection), ReadingPace()
        try:
            while True:
                await self._take(hub, incoming, connection, await self._frame())
                if connection.has_flooded():
                    await asyncio.sleep(FLOOD_PAUSE_S)
                await pace.after_one()
        finally:
            incoming.close()

    async def _take(self, hub: Hub, incoming: Incoming, connection: Connection, text: str | bytes) -> None:
        if connection.closing is not None:
            return  # ended, and only what waits for the client is still to be written
        try:
            name, data, ref = await parsed(text)
        except BadFrame as error:
            _, result = await settled(_refused(connection, error))
            connection.push_text(refusal_text(error.ref, result))
            return
        if name == "auth":
            await self._renew(hub, connection, data, ref)
            return

        def answer(is_done: bool, result: Any) -> None:
            if ref is not None:
                connection.push_text(answer_text(ref, result) if is_done else refusal_text(ref, result))

        await incoming.take(name, data, answer)

    async def _renew(self, hub: Hub, connection: Connection, data: JsonObject, ref: str | None) -> None:
        """`auth` again with a fresh token: the same person's connection lives as long as the new sign-in."""
        is_proved, result = await settled(self._proved_again(hub, connection, Fields(data)))
        if not is_proved:
            connection.push_text(refusal_text(ref or "", result))
        elif ref is not None:
            connection.push_text(answer_text(ref, {"userId": str(connection.user_id)}))

    async def _proved_again(self, hub: Hub, connection: Connection, fields: Fields) -> None:
        connection.spend_event()
        identity = await in_thread(prove_token, fields.secret("token", max_length=4096))
        if identity.user_id != connection.user_id:
            raise InvalidToken
        hub.renew(connection, identity)

    async def _frame(self) -> str | bytes:
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                raise _Gone
            text = message.get("text")
            if text is None:
                return b""
            if len(text) > MAX_FRAME_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_FRAME_BYTES:
                await self._close(CLOSE_TOO_BIG, "frame too big")
                raise _Gone
            return str(text)

    async def _close(self, code: int, reason: str) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            await self._send(close_message(self._scope, code, reason))


class BadFrame(ValidationFailed):
    """A frame that cannot be carried out; `ref` is empty where it has none that could be read."""

    ref: str = ""


async def parsed(text: str | bytes) -> tuple[str, JsonObject, str | None]:
    """A client's frame as `parse` reads it; a long one beside the loop."""
    return await read_beside(partial(parse, text), size=len(text))


def parse(text: str | bytes) -> tuple[str, JsonObject, str | None]:
    """A client's frame as (event, data, ref).

    :raises BadFrame: no such frame.
    """
    ref: str | None = None
    try:
        if isinstance(text, bytes):
            raise ValidationFailed.at("body", "A text frame is expected.")
        frame = Fields(load_json(text.encode("utf-8", "surrogatepass")))
        ref = _ref_in(frame)
        return frame.secret("event", max_length=100), _data_in(frame), ref
    except ValidationFailed as error:
        bad = BadFrame(error.message, **error.details)
        bad.ref = ref or ""
        raise bad from None


def _ref_in(frame: Fields) -> str | None:
    ref = frame.data.get("ref")
    if isinstance(ref, int) and not isinstance(ref, bool):
        return str(ref)
    if ref is not None and (not isinstance(ref, str) or len(ref) > 64):
        frame.refuse("ref", "A string of at most 64 characters.")
    return ref


def _data_in(frame: Fields) -> JsonObject:
    data = frame.data.get("data")
    if data is not None and not isinstance(data, dict):
        frame.refuse("data", "A JSON object is expected.")
    return data or {}


async def _refused(connection: Connection, error: MessengerError) -> None:
    """Refuse what is no event; it counts like one.

    :raises MessengerError: `error`, or that there was too much of it.
    """
    connection.spend_event()
    raise error


async def _finish(*tasks: asyncio.Task[None]) -> None:
    """Cancel the tasks and wait for them; what failed otherwise than by the client's going is raised."""
    for task in tasks:
        task.cancel()
    # not awaited one by one: an error's traceback would hold the very frame that holds its task
    await asyncio.wait(tasks)
    errors = [task.exception() for task in tasks if not task.cancelled()]
    for error in errors:
        if error is not None and not isinstance(error, _Gone | OSError):
            raise error
