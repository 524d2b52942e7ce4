"""One client's connection: its requests, one after the other, each carried to a web process and back."""

import asyncio
import contextlib
import json
from collections.abc import Coroutine
from typing import Any

from config.front import streams
from config.front.heads import AnswerHead, BadHead, RequestHead, read_answer, read_request
from config.front.streams import Broken, WatchedReader
from config.front.web_processes import WebProcess, WebProcesses

IDLE_S = 75.0
CONNECT_WITHIN_S = 2.0
ANSWER_WITHIN_S = 120.0
LINGER_S = 2.0
_REPEATABLE = frozenset({b"GET", b"HEAD", b"OPTIONS"})


class Unanswered(Exception):
    """A web process could not be reached, or ended before it said anything."""

    def __init__(self, *, is_sent: bool) -> None:
        self.is_sent = is_sent
        super().__init__()


class Client:
    """A connection from outside. Ends when the client goes, or what comes is no HTTP."""

    def __init__(
        self,
        reader: WatchedReader,
        writer: asyncio.StreamWriter,
        *,
        processes: WebProcesses,
        address: str,
        is_trusted: bool,
        answer_within_s: float = ANSWER_WITHIN_S,
    ) -> None:
        self._reader, self._writer = reader, writer
        self._processes = processes
        self._address, self._is_trusted = address, is_trusted
        self._answer_within_s = answer_within_s

    async def serve(self) -> None:
        """Serve until the end."""
        try:
            with contextlib.suppress(Broken, TimeoutError):
                while await self._serve_one():
                    pass
        finally:
            self._close()

    def _close(self) -> None:
        """Close; a client that does not take what is still to be written is cut off."""
        self._writer.close()
        transport = self._writer.transport
        if transport.get_write_buffer_size():
            asyncio.get_running_loop().call_later(LINGER_S, transport.abort)

    async def _serve_one(self) -> bool:
        """Serve one request; False where it is the last one."""
        try:
            async with asyncio.timeout(IDLE_S):
                request = read_request(await streams.head_from(self._reader))
            _ = request.length, request.is_chunked
        except asyncio.LimitOverrunError:
            await self._refuse(431, "validation_error", "The request's head is too long.")
            return False
        except BadHead as error:
            await self._refuse(400, "validation_error", str(error))
            return False
        return await self._carry(request)

    async def _carry(self, request: RequestHead) -> bool:
        loop = asyncio.get_running_loop()
        for process in self._processes.for_request(request.process, now=loop.time()):
            try:
                return await self._exchange(request, process)
            except Unanswered as error:
                self._processes.avoid(process, now=loop.time())
                is_safe = not error.is_sent or (request.method in _REPEATABLE and not request.length)
                if not is_safe or request.is_chunked:
                    break
        await self._refuse(503, "unavailable", "The service is not available; please try again in a moment.")
        return False

    async def _exchange(self, request: RequestHead, process: WebProcess) -> bool:
        upstream, to_process = await _connected(process)
        task = asyncio.current_task()
        assert task is not None
        self._reader.on_end = task.cancel  # a client that went needs no answer; sessions hear of it by this
        sending = asyncio.create_task(self._send(request, to_process))
        try:
            answer = await self._answer_of(upstream, sending)
            if answer.is_last:
                self._processes.avoid(process, now=asyncio.get_running_loop().time())
            if answer.status == 101:
                await self._tunnel(upstream, to_process)
                return False
            keeps_alive = await self._pass_on(answer, upstream, request)
            if not sending.done():
                await _ended(sending)  # only one may read from the client
                await self._linger()
                return False
            return keeps_alive
        finally:
            self._reader.on_end = None
            await _ended(sending)
            to_process.close()

    async def _send(self, request: RequestHead, to_process: asyncio.StreamWriter) -> None:
        await streams.write(to_process, request.passed_on(address=self._address, is_trusted=self._is_trusted))
        if request.is_chunked:
            await streams.pump_chunks(self._reader, to_process)
        elif request.length:
            await streams.pump_length(self._reader, to_process, request.length)

    async def _answer_of(self, upstream: asyncio.StreamReader, sending: "asyncio.Task[None]") -> AnswerHead:
        """The answer's head. Its time begins when the request has been passed on, however slowly that came."""
        while True:
            coming = asyncio.create_task(streams.head_from(upstream))
            try:
                await asyncio.wait({coming, sending}, return_when=asyncio.FIRST_COMPLETED)
                async with asyncio.timeout(self._answer_within_s):
                    answer = read_answer(await coming)
            except (Broken, BadHead, asyncio.LimitOverrunError, TimeoutError):
                raise Unanswered(is_sent=True) from None
            finally:
                coming.cancel()
            if answer.status == 101 or answer.status >= 200:
                break
            await streams.write(self._writer, answer.passed_on(keeps_alive=True))
        if answer.status == 101:
            await streams.write(self._writer, answer.passed_on(keeps_alive=True))
        return answer

    async def _pass_on(self, answer: AnswerHead, upstream: asyncio.StreamReader, request: RequestHead) -> bool:
        """Pass the answer on; True where the client knows where it ends and may ask again.

        An answer that breaks off breaks the client's connection off, so that nobody takes it for whole.
        """
        has_body = answer.has_body(request.method)
        is_delimited = not has_body or answer.is_chunked or answer.length is not None
        keeps_alive = is_delimited and request.keeps_alive
        await streams.write(self._writer, answer.passed_on(keeps_alive=keeps_alive))
        try:
            if has_body and answer.is_chunked:
                await streams.pump_chunks(upstream, self._writer)
            elif has_body and answer.length is not None:
                await streams.pump_length(upstream, self._writer, answer.length)
            elif has_body:
                await streams.pump(upstream, self._writer)
        except Broken:
            self._writer.transport.abort()
            raise
        return keeps_alive

    async def _tunnel(self, upstream: asyncio.StreamReader, to_process: asyncio.StreamWriter) -> None:
        """Pass everything on, both ways, until either side ends."""
        self._reader.on_end = None
        ways: list[Coroutine[Any, Any, None]] = [
            streams.pump(self._reader, to_process),
            streams.pump(upstream, self._writer),
        ]
        pumps = [asyncio.create_task(way) for way in ways]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in pumps:
                task.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _linger(self) -> None:
        """Take what the client still sends for a moment, so that it reads its answer before the connection ends."""
        with contextlib.suppress(OSError, TimeoutError, Broken):
            self._writer.write_eof()
            async with asyncio.timeout(LINGER_S):
                while await self._reader.read(streams.PIECE):
                    pass

    async def _refuse(self, status: int, code: str, sentence: str) -> None:
        error = {"success": False, "error": sentence, "message": sentence, "code": code, "details": {}}
        body = json.dumps(error).encode()
        head = f"HTTP/1.1 {status} Refused\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        head += "Retry-After: 1\r\n" if status == 503 else ""
        await streams.write(self._writer, f"{head}Connection: close\r\n\r\n".encode() + body)
        await self._linger()


async def _connected(process: WebProcess) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        async with asyncio.timeout(CONNECT_WITHIN_S):
            return await asyncio.open_connection("127.0.0.1", process.port, limit=streams.HEAD_BYTES)
    except (OSError, TimeoutError):
        raise Unanswered(is_sent=False) from None


async def _ended(sending: "asyncio.Task[None]") -> None:
    sending.cancel()
    with contextlib.suppress(asyncio.CancelledError, Broken):
        await sending
