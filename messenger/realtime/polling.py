"""Engine.IO's long polling: GET waits for packets, POST brings them. Plain ASGI, before Django and its middleware."""

import asyncio
import contextlib
from typing import Any

from channels.consumer import AsyncConsumer

from messenger.realtime.cors import Headers
from messenger.realtime.engine import Engine, LiveSession
from messenger.realtime.handshakes import Refused, headers_of, wanted_by
from messenger.realtime.pace import ReadingPace
from messenger.realtime.protocol import engineio
from messenger.realtime.protocol.engineio import Malformed, Refusal
from messenger.realtime.protocol.packet_queue import nothing

NOOP_AFTER_S = 0.05
LOOK_AGAIN_S = 0.05
_TEXT = b"text/plain; charset=UTF-8"


class PollingTransport(AsyncConsumer):
    """One HTTP request of a session, or the one that opens it."""

    def __init__(self, *, engine: Engine) -> None:
        self._engine = engine
        self._answering: asyncio.Task[None] | None = None
        self._is_looking = self._is_polling = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self._receive, self._send_message = receive, send
        self._asked = headers_of(scope)
        try:
            await self._serve(scope)
        except Refused as error:
            await self._refuse(error.refusal)

    async def _serve(self, scope: Any) -> None:
        method = scope["method"]
        if method == "OPTIONS" and "access-control-request-method" in self._asked:
            await self._preflight()
            return
        wanted = wanted_by(scope, engine=self._engine, transport="polling")
        if wanted.session is None:
            if method != "GET":
                raise Refused(Refusal.BAD_HANDSHAKE_METHOD)
            await self._open(scope, spells_base64=wanted.spells_base64)
        elif method == "GET":
            await self._poll(wanted.session)
        elif method == "POST":
            await self._post(wanted.session)
        else:
            raise Refused(Refusal.BAD_REQUEST)

    async def _preflight(self) -> None:
        headers = self._engine.cors.preflight(self._asked)
        if headers is None:
            raise Refused(Refusal.FORBIDDEN)
        await self._respond(204, b"", headers)

    async def _open(self, scope: Any, *, spells_base64: bool) -> None:
        session = await self._engine.open(scope, transport="polling", spells_base64=spells_base64)
        if session is None:
            raise Refused(Refusal.TOO_MANY)
        await self._answer(session.poll_answer() or b"")

    # GET

    async def _poll(self, session: LiveSession) -> None:
        try:
            session.begin_poll()
        except Malformed:
            raise Refused(Refusal.BAD_REQUEST) from None
        self._is_polling = True
        try:
            if session.has_probed and not len(session.packets):
                # The upgrade is a moment away: then this poll is not answered by a noop but refused.
                await asyncio.sleep(NOOP_AFTER_S)
            answer = self._answer_of(session)
            if answer is not None:
                await self._answer(answer)
            else:
                await self._wait(session)
        finally:
            self._end_poll(session)

    async def _wait(self, session: LiveSession) -> None:
        """Let the session's news answer this request, whose own task waits for the client to break off."""
        session.packets.on_news = lambda: self._look(session)
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._answering is not None:
            await self._answering
        else:
            session.drop("poll broken off")

    def _look(self, session: LiveSession) -> None:
        """Answer after this turn of the loop, together with what else comes in it."""
        if self._is_polling and not self._is_looking:
            self._is_looking = True
            asyncio.get_running_loop().call_soon(self._answer_with, session)

    def _answer_with(self, session: LiveSession) -> None:
        self._is_looking = False
        if not self._is_polling:
            return
        try:
            answer = self._answer_of(session)
        except Refused as error:
            self._answering = asyncio.ensure_future(self._refuse(error.refusal))
        else:
            if answer is None:
                return
            self._answering = asyncio.ensure_future(self._answer(answer))
        self._end_poll(session)

    def _end_poll(self, session: LiveSession) -> None:
        """Let the next poll come; this one may end a little later."""
        if self._is_polling:
            self._is_polling = session.is_polled = False
            if session.transport == "polling":
                session.packets.on_news = nothing

    def _answer_of(self, session: LiveSession) -> bytes | None:
        if session.transport != "polling":
            raise Refused(Refusal.BAD_REQUEST)
        return session.poll_answer()

    # POST

    async def _post(self, session: LiveSession) -> None:
        try:
            session.begin_post()
        except Malformed:
            raise Refused(Refusal.BAD_REQUEST) from None
        try:
            await self._take(session, await self._body(session))
        except Malformed as error:
            session.drop(str(error))
            raise Refused(Refusal.BAD_REQUEST) from None
        finally:
            session.is_posted = False
        await self._answer(b"ok")

    async def _take(self, session: LiveSession, body: bytes) -> None:
        pace = ReadingPace()
        for text in engineio.packets_of(body):
            while session.packets.is_half_full:
                await asyncio.sleep(LOOK_AGAIN_S)
            message = session.receive(text)
            if message is not None:
                await session.application.take(message)
            if session.state == "closed":
                break
            await pace.after_one()
        if session.state == "closed" and not session.is_ended_by_client:
            raise Malformed("closed meanwhile")

    async def _body(self, session: LiveSession) -> bytes:
        kind = self._asked.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/octet-stream":
            raise Malformed("binary is sent as base64")
        length, room = self._asked.get("content-length", ""), session.rules.max_payload
        if length.isdecimal() and int(length) > room:
            session.drop("payload too large")
            raise Refused(Refusal.TOO_BIG)
        body = bytearray()
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Malformed("post broken off")
            body += message.get("body", b"")
            if len(body) > room:
                session.drop("payload too large")
                raise Refused(Refusal.TOO_BIG)
            if not message.get("more_body", False):
                return bytes(body)

    # Answers

    async def _answer(self, body: bytes) -> None:
        await self._respond(200, body, [(b"content-type", _TEXT)])

    async def _refuse(self, refusal: Refusal) -> None:
        headers: Headers = [(b"content-type", b"application/json")]
        if refusal.status == 429:
            headers.append((b"retry-after", b"10"))
        await self._respond(refusal.status, refusal.body, headers)

    async def _respond(self, status: int, body: bytes, headers: Headers) -> None:
        headers = [
            *headers,
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if status != 204:
            headers += self._engine.cors.headers(self._asked)
        with contextlib.suppress(OSError):
            await self._send_message({"type": "http.response.start", "status": status, "headers": headers})
            await self._send_message({"type": "http.response.body", "body": body})
