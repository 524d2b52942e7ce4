"""This process's connections, and the only reader of the bus.

An event arrives once, with its audience; the hub looks up who of the audience is here, spells the event once per
dialect and puts the text into bounded queues. Loop thread only, but for `take_from_thread`.
"""

import asyncio
import random
import secrets
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

import msgspec
import structlog
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import DatabaseError
from redis.exceptions import RedisError

from messenger import slots
from messenger.events import Event, MessageSent, SessionEnded
from messenger.layers import HubChannelLayer
from messenger.measures import measures
from messenger.outages import Outages
from messenger.realtime import wire
from messenger.realtime.company import Company
from messenger.realtime.connection import CLOSE_GOING_AWAY, CLOSE_UNAUTHENTICATED, Connection
from messenger.realtime.dialects import v4
from messenger.realtime.ended import EndedSeats, EndedSessions
from messenger.realtime.frames import Frame
from messenger.realtime.greeting import Greeter
from messenger.realtime.seats import seats_of_people
from messenger.realtime.shards import group_of, shards_of
from messenger.realtime.threads import in_thread
from messenger.realtime.typists import Typists
from messenger.realtime.unread import UnreadTeller
from messenger.realtime.writer import BatchWriter, SendWriters, mark_writer, typing_writer
from messenger.selectors.identity import Identity, sign_ins_still_valid

logger = structlog.get_logger(__name__)

PROCESS_ID = secrets.token_hex(8)
SWEEP_EVERY_S = 30.0
DRAIN_WITHIN_S = 12.0
CANCELLED_AGAIN_AFTER_S = 0.5
RETRY_AFTER_S = (1.0, 5.0)


class Hub:
    """One per process. `start` before the first connection, `stop` at the end."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.connections: dict[int, set[Connection]] = {}
        self.greeter = Greeter()
        self.sends = SendWriters()
        self.marks = mark_writer()
        self.typing = typing_writer()
        self.typists = Typists()
        self.unread = UnreadTeller(self)
        self.watchers = slots.new_watchers()
        self.is_going_away = False
        self._ended_seats = EndedSeats()
        self._ended_sessions = EndedSessions()
        self._tasks: list[asyncio.Task[None]] = []
        self._to_send: list[Event] = []
        self._sending = asyncio.Event()
        self._company = Company()
        self._bus = Outages("this process hears nothing of others yet")

    def start(self) -> None:
        """Listen to the other processes, and begin what happens by the clock."""
        for work in (self._listen, self._send_on, self._sweep, self.typists.run, self.unread.run):
            self._keep(work)
        for watcher in self.watchers:
            self._keep(watcher.run)

    def _keep(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run `work` for as long as the hub lives; a defect in it is logged, and it begins anew."""

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.remove(task)
            if not task.cancelled():
                logger.error("a task of the hub failed", work=work.__qualname__, exc_info=task.exception())
                self.loop.call_later(1.0, self._keep, work)

        task = self.loop.create_task(work())
        self._tasks.append(task)
        task.add_done_callback(ended)

    async def stop(self) -> None:
        """End the tasks and store what still waits to be sent."""
        tasks = list(self._tasks)
        while tasks := [task for task in tasks if not task.done()]:
            for task in tasks:
                task.cancel()
            # once more where a library has swallowed it, as Valkey's client does while it subscribes
            await asyncio.wait(tasks, timeout=CANCELLED_AGAIN_AFTER_S)
        for writer in (*self._writers(), self.greeter):
            await self.loop.run_in_executor(None, writer.stop)

    def _writers(self) -> "tuple[SendWriters | BatchWriter[Any, Any], ...]":
        return self.sends, self.marks, self.typing

    async def go_away(self) -> None:
        """Send every client to another process, or to this one's successor: nothing acknowledged is lost.

        Each is told when to come back, spread over some seconds; sends under way are answered first.
        """
        self.is_going_away = True
        everybody = list(self.all_connections())
        for connection in everybody:
            self._tell_going_away(connection)
        await asyncio.gather(*(writer.until_idle(DRAIN_WITHIN_S / 3) for writer in self._writers()))
        for connection in everybody:
            connection.close(CLOSE_GOING_AWAY, "going away")
        until = self.loop.time() + DRAIN_WITHIN_S / 2
        while self.connections and self.loop.time() < until:
            await asyncio.sleep(0.05)

    def _tell_going_away(self, connection: Connection) -> None:
        retry_after = round(random.uniform(*RETRY_AFTER_S), 1)  # spreads load, keeps no secret
        connection.push(Frame((connection.user_id,), "messenger:v4:going-away", {"retryAfter": retry_after}))

    def register(self, connection: Connection) -> None:
        """Deliver to `connection` from now on; a process that is going down sends it away again."""
        if self.is_going_away:
            self._tell_going_away(connection)
            connection.close(CLOSE_GOING_AWAY, "going away")
        self.connections.setdefault(connection.user_id, set()).add(connection)
        structlog.contextvars.bind_contextvars(connection_id=connection.id)  # for what its task logs from here on
        for watcher in self.watchers:
            watcher.opened(connection)
        self._look_again(connection)

    def renew(self, connection: Connection, identity: Identity) -> None:
        """From now on the connection lives as long as this sign-in of the same person."""
        connection.identity = identity
        self._look_again(connection)

    def _look_again(self, connection: Connection) -> None:
        """End the connection after all where the sign-in ended between its proof and now."""
        if self._ended_sessions.is_suspect(connection.user_id):
            task = self.loop.create_task(self._end_invalid([connection], "ended"))
            self._tasks.append(task)
            task.add_done_callback(self._tasks.remove)

    async def has_room_for(self, connection: Connection) -> bool:
        """Take a place among this person's connections everywhere; False where they have all they may (4008).

        `unregister` gives it back; `give_room_back` does for a connection that is not registered after all.
        """
        return await seats_of_people.take(connection.user_id)

    def give_room_back(self, connection: Connection) -> None:
        """Undo `has_room_for`."""
        seats_of_people.give_back(connection.user_id)

    def note_alive(self, connection: Connection, status: str | None = None) -> None:
        """A sign of life of a connection, and perhaps what the device says of itself (`online`, `away`)."""
        is_news = status is not None or connection.is_due_for_life(self.loop.time())
        if is_news and self.holds(connection):  # what a client says with its goodbye may be carried out after it
            for watcher in self.watchers:
                watcher.alive(connection, status)

    def unregister(self, connection: Connection, *, is_signed_out: bool = False) -> None:
        """Forget a connection; a repeat is fine."""
        mine = self.connections.get(connection.user_id, set())
        if connection not in mine:
            return
        mine.discard(connection)
        self.give_room_back(connection)
        connection.coalescer.close()
        self.typists.stop_connection(connection.id)
        for watcher in self.watchers:
            watcher.closed(connection, is_signed_out=is_signed_out)
        if not mine:
            self.connections.pop(connection.user_id, None)
            self.typists.stop_user(connection.user_id)

    def holds(self, connection: Connection) -> bool:
        """True from `register` to `unregister`."""
        return connection in self.connections.get(connection.user_id, ())

    def all_connections(self) -> Iterable[Connection]:
        """Every connection of this process."""
        return [connection for mine in self.connections.values() for connection in mine]

    def take_from_thread(self, events: Sequence[Event]) -> None:
        """Deliver events of this process, here and everywhere; from any thread."""
        self.loop.call_soon_threadsafe(self.take, events)

    def take(self, events: Sequence[Event]) -> None:
        """Deliver events of this process, here and everywhere."""
        self.typists.notice(events)
        self.deliver(events)
        self._to_send.extend(events)
        self._sending.set()

    def deliver(self, events: Iterable[Event]) -> None:
        """Push each event to those of its audience who are connected here."""
        for event in events:
            if isinstance(event, SessionEnded):
                self._end_sessions(event)
                continue
            for frame in v4.frames_of(event):
                self._push(event, frame)
            if isinstance(event, MessageSent) and not self.connections.keys().isdisjoint(event.audience):
                measures.note_delivery(event.message.created_at)
            self._ended_seats.note(event, here=self.connections)
            self.unread.notice(event)

    def _push(self, event: Event, frame: Frame) -> None:
        # a part of a sharded event spells frames for people of other parts too: the sender, who sees no quote
        part = set(wire.people_of(event)) if settings.MESSENGER_FANOUT_SHARDS > 1 else None
        for user_id in frame.users:
            mine = self.connections.get(user_id)
            if mine and (part is None or user_id in part) and not self._ended_seats.is_over(event, user_id):
                for connection in mine:
                    connection.push(frame)

    def _end_sessions(self, event: SessionEnded) -> None:
        self._ended_sessions.note(event)
        for user_id in event.audience:
            for connection in list(self.connections.get(user_id, ())):
                if event.ends(connection.identity.sign_in_id):
                    self.end(connection, event.reason)

    def end(self, connection: Connection, reason: str) -> None:
        """Tell a connection that its session has ended, and close it with 4001."""
        connection.push(Frame((connection.user_id,), "messenger:v4:session-ended", {"reason": reason}))
        connection.close(CLOSE_UNAUTHENTICATED, reason)
        self.unregister(connection, is_signed_out=True)

    async def _send_on(self) -> None:
        """Send what happened here to the other processes, a batch at a time."""
        layer = get_channel_layer()
        while True:
            await self._sending.wait()
            self._sending.clear()
            events, self._to_send = self._to_send, []
            for group, part in shards_of(events):
                if not self._company.is_alone(group):
                    await self._send_to(layer, group, part)

    async def _send_to(self, layer: object, group: str, events: Sequence[Event]) -> None:
        if isinstance(layer, HubChannelLayer):
            number = self._company.next_number()
            message = {"type": "messenger.events", "origin": PROCESS_ID, "n": number, "batch": wire.pack(events)}
            self._company.note_sent(group, number, await layer.group_send_here(group, message))

    async def _listen(self) -> None:
        """Deliver what the other processes send. One channel for the whole process."""
        layer = get_channel_layer()
        if layer is None:
            return
        while True:
            try:
                channel = await layer.new_channel()
                for shard in range(settings.MESSENGER_FANOUT_SHARDS):
                    await layer.group_add(group_of(shard), channel)
                    await self._send_to(layer, group_of(shard), [])  # whoever was alone is no longer
                self._bus.note_answer()
                while True:
                    self._take_message(await layer.receive(channel))
            except (RedisError, OSError) as error:
                self._bus.note_failure(error)
                await asyncio.sleep(1)

    def _take_message(self, message: dict[str, Any]) -> None:
        if message.get("origin") == PROCESS_ID:
            self._company.note_echo(message.get("n", 0))
            return
        self._company.note_other()
        try:
            events = wire.unpack(message.get("batch", b""))
        except msgspec.DecodeError:
            logger.warning("a batch of another process cannot be read; clients heal by sync", exc_info=True)
            return
        self.typists.notice_elsewhere(events)
        self.deliver(events)

    async def _sweep(self) -> None:
        """End the connections whose sign-in has ended while the bus did not say so (within 60 s)."""
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            await self._end_invalid(list(self.all_connections()), "expired")

    async def _end_invalid(self, connections: Sequence[Connection], reason: str) -> None:
        """End those of the connections whose sign-in is no longer valid."""
        known = {connection.identity.sign_in_id for connection in connections}
        try:
            valid = await in_thread(sign_ins_still_valid, known) if known else set()
        except DatabaseError:
            logger.warning("the database is out of reach; the next sweep looks again")
            return
        for connection in connections:
            if connection.identity.sign_in_id in known - valid:
                self.end(connection, reason)
