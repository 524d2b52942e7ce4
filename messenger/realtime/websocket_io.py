"""Engine.IO over a WebSocket: from the start, or taking over from long polling after a probe."""

import asyncio
import contextlib
from typing import Any

from channels.consumer import AsyncConsumer

from messenger.realtime.endings import break_off, can_answer_freely, close_message, direct_writer
from messenger.realtime.engine import Engine, LiveSession
from messenger.realtime.handshakes import Refused, wanted_by
from messenger.realtime.pace import ReadingPace
from messenger.realtime.polling import LOOK_AGAIN_S
from messenger.realtime.protocol import engineio
from messenger.realtime.protocol.engineio import Data, Malformed, Refusal
from messenger.realtime.protocol.packet_queue import nothing

CLOSE_TOO_BIG = 1009
CLOSE_TOO_MANY = 4008


class SocketTransport(AsyncConsumer):
    """One WebSocket. It is read in its own task; packets are written by a task that lives while any wait."""

    def __init__(self, *, engine: Engine) -> None:
        self._engine = engine
        self._writer: asyncio.Task[None] | None = None
        self._is_sending = self._is_gone = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self._scope, self._receive, self._send_message = scope, receive, send
        self._write_now = direct_writer(scope)
        if (await receive())["type"] != "websocket.connect":
            return
        with contextlib.suppress(OSError):
            try:
                wanted = wanted_by(scope, engine=self._engine, transport="websocket")
            except Refused as error:
                await self._refuse(error.refusal)
                return
            await send({"type": "websocket.accept"})
            session = wanted.session
            if session is None:
                session = await self._engine.open(scope, transport="websocket", spells_base64=wanted.spells_base64)
            elif not (session.begin_upgrade() and await self._upgrade(session)):
                session = None
                await self._close(1000, "")
                return
            if session is None:
                await self._close(CLOSE_TOO_MANY, "too many connections")
            else:
                await self._carry(session)

    async def _refuse(self, refusal: Refusal) -> None:
        """Refuse before the handshake; a server without the extension for it (daphne) can only answer 403."""
        if not can_answer_freely(self._scope):
            await self._send_message({"type": "websocket.close", "code": 1000})
            return
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await self._send_message(
            {"type": "websocket.http.response.start", "status": refusal.status, "headers": headers}
        )
        await self._send_message({"type": "websocket.http.response.body", "body": refusal.body})

    async def _upgrade(self, session: LiveSession) -> bool:
        """Take over from polling; False where the client does not go through with it."""
        try:
            async with asyncio.timeout(session.rules.upgrade_timeout_s):
                while session.is_upgrading and session.state != "closed":
                    answer = session.receive_upgrading(await self._probe())
                    if answer is not None:
                        await self._send_message({"type": "websocket.send", "text": answer})
                    # A poll that waits is answered: by a noop, or after the upgrade by a refusal.
                    session.packets.wake()
        except (Malformed, TimeoutError):
            return False
        finally:
            session.abandon_upgrade()
        return session.transport == "websocket" and session.state != "closed"

    async def _probe(self) -> str:
        message = await self._receive()
        text = message.get("text")
        if message["type"] != "websocket.receive" or text is None:
            raise Malformed("neither probe nor upgrade")
        return str(text)

    async def _carry(self, session: LiveSession) -> None:
        session.packets.on_news = lambda: self._look(session)
        self._reader = asyncio.current_task()
        self._look(session)
        try:
            await self._read(session)
        except Malformed as error:
            session.drop(str(error))
        except asyncio.CancelledError:
            if not self._is_gone:
                raise
        finally:
            await self._end(session)

    async def _read(self, session: LiveSession) -> None:
        pace = ReadingPace()
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                self._is_gone = True
                return
            data = self._data_in(session, message)
            if data is not None and session.state == "open":
                await session.application.take(data)
            await pace.after_one()
            while session.packets.is_half_full:
                await asyncio.sleep(LOOK_AGAIN_S)

    def _data_in(self, session: LiveSession, message: Any) -> Data | None:
        text, room = message.get("text"), session.rules.max_payload
        if text is None:
            data = bytes(message["bytes"])
            is_too_big = len(data) > room
        else:
            is_too_big = len(text) > room or (len(text) * 4 > room and len(text.encode()) > room)
        if is_too_big:
            session.close_code = CLOSE_TOO_BIG
            raise Malformed("packet too big")
        return session.receive(text) if text is not None else data

    async def _end(self, session: LiveSession) -> None:
        """Leave nothing behind: the session is over with its socket."""
        session.drop("transport closed")
        session.packets.on_news, session.packets.write_now = nothing, None
        if self._writer is not None:
            if self._is_gone:
                self._writer.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await self._writer

    # Writing

    def _look(self, session: LiveSession) -> None:
        if self._is_gone:
            return
        if self._writer is None:
            session.packets.write_now = None
            self._writer = asyncio.get_running_loop().create_task(self._write(session))
        elif self._is_sending and session.state == "closed":
            self._abort()

    async def _write(self, session: LiveSession) -> None:
        try:
            while (packet := session.packets.take()) is not None:
                self._is_sending = True
                await self._send(packet, session.spells_base64)
                self._is_sending = False
            if session.state == "open":
                session.packets.write_now = self._write_now
            else:
                await self._close(session.close_code, session.close_reason)
                session.drop(session.close_reason)
        except OSError:
            self._is_gone = True
            session.drop("transport closed")
        finally:
            self._is_sending = False
            self._writer = None

    async def _send(self, packet: Data, spells_base64: bool) -> None:
        if isinstance(packet, str):
            await self._send_message({"type": "websocket.send", "text": packet})
        elif spells_base64:
            await self._send_message({"type": "websocket.send", "text": engineio.spell(packet)})
        else:
            await self._send_message({"type": "websocket.send", "bytes": packet})

    def _abort(self) -> None:
        """Break off a client that does not read: what is on its way would never leave."""
        self._is_gone = True
        break_off(self._scope)
        if self._reader is not None:
            self._reader.cancel()

    async def _close(self, code: int, reason: str) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            await self._send_message(close_message(self._scope, code, reason))
