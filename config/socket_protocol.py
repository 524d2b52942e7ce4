"""uvicorn's protocols, made safe against clients that do not read or do not end, and leaving no cycles behind.

Cycles would wait for the collector, which looks at what has lived a while very seldom (see `config.serve`).
"""

import asyncio
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from config.corked_transport import CorkedTransport
from config.whole_frames import is_between_messages, text_in

if TYPE_CHECKING:
    from websockets.frames import Frame
    from websockets.http11 import Request

CLOSE_WITHIN_S = 5.0
LINGERS_S = 0.25
CLOSE_BAD_TEXT = 1007
_PIECE = 1_024
_TURN_S = 0.002
_OTHERS_PARTS = 4.0
_FRAGMENTS = 64
_LONG = 16_384  # longer texts are not remembered
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class RequestProtocol(HttpToolsProtocol):
    """Lets go of itself once a WebSocket has taken its connection over, or the connection is lost."""

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        self._let_go()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._let_go()

    def _let_go(self) -> None:
        self._unset_keepalive_if_required()
        vars(self).update(parser=None, flow=None, transport=None)


class SocketProtocol(WebSocketsSansIOProtocol):
    """Reads nothing while the client does not take what was written, and breaks off what does not end by itself.

    Applications find two extensions in the scope: `messenger.abort` breaks the connection off (`abort["now"]()`), and
    `messenger.write` writes a text frame at once, without a task and a future for each (`write["now"](text)`).
    """

    is_app_running = is_waited_for = False
    lingering: asyncio.TimerHandle | None = None
    waiting: bytearray | None = None
    next_turn_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport: CorkedTransport = CorkedTransport(self.transport)

    def data_received(self, data: bytes) -> None:
        if self.lingering is not None:
            self._linger()
        elif self.waiting is not None:
            self.waiting += data
        elif len(data) <= _PIECE:
            if not self._pass_by(data):
                self._feed(data)
        else:
            self.waiting = bytearray(data)
            self._feed_waiting()

    def _feed_waiting(self) -> None:
        """Take what has come piece by piece. Tiny frames cost far more than their bytes: who sends many takes turns.

        All those together have one part of the process's time, and everybody else four.
        """
        waiting, begun, took = self.waiting, time.monotonic(), 0.0
        while waiting and took < _TURN_S and self.lingering is None:
            self._feed(bytes(waiting[:_PIECE]))
            del waiting[:_PIECE]
            took = time.monotonic() - begun
        if waiting and self.lingering is None and not self.disconnected:
            self.transport.pause_reading()
            SocketProtocol.next_turn_at = max(SocketProtocol.next_turn_at, begun + took) + _OTHERS_PARTS * took
            self.loop.call_later(SocketProtocol.next_turn_at - begun - took, self._feed_waiting)
        elif waiting is not None:
            self.waiting = None
            self._read_on()

    def _pass_by(self, data: bytes) -> bool:
        """Hand over what is a whole message; say whether it was."""
        payload = text_in(data) if is_between_messages(self.conn) else None
        if payload is None:
            return False
        self.curr_msg_data_type, self.frames = "text", [payload]
        self.send_receive_event_to_app()
        return True

    def _feed(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.write(_TOO_LARGE)  # an address or header over 8 KiB, which uvicorn leaves without an answer
            self.transport.close()

    def handle_connect(self, event: "Request") -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.is_app_running = True
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions["messenger.abort"] = {"now": self._break_off}
            extensions["messenger.write"] = {"now": self._write_now}

    def on_task_complete(self, task: "asyncio.Task[None]") -> None:
        super().on_task_complete(task)
        self.is_app_running = False
        self._let_go()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.waiting = None
        if self.lingering is not None:
            self.lingering.cancel()
        self._let_go()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._read_on()

    def _read_on(self) -> None:
        if self.writable.is_set() and not (self.read_paused or self.disconnected or self.waiting is not None):
            self.transport.resume_reading()

    async def receive(self) -> Any:
        self.is_waited_for = self.queue.empty()
        message = await self.queue.get()
        self.is_waited_for = False
        if self.read_paused and self.queue.empty():
            self.read_paused = False
            self._read_on()
        return message

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.close" and self.close_timer is not None:
            self.close_timer.cancel()
            self.close_timer = self.loop.call_later(CLOSE_WITHIN_S, self._break_off)
        elif message["type"] == "websocket.http.response.body" and self.close_sent:
            self.handshake_complete = True  # by a refusal, which uvicorn would log as an error of ours

    def handle_cont(self, event: "Frame") -> None:
        if len(self.frames) == _FRAGMENTS:  # a message in many pieces, of which empty ones never end by its size
            self.frames = [b"".join(self.frames)]
        super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        data = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        if self.close_sent:
            return
        if self.curr_msg_data_type == "bytes":
            self.queue.put_nowait({"type": "websocket.receive", "bytes": data})
        else:
            try:
                self.queue.put_nowait({"type": "websocket.receive", "text": data.decode()})
            except UnicodeDecodeError:
                self.conn.send_close(CLOSE_BAD_TEXT)
                self.handle_parser_exception()
                return
        if self.is_waited_for:
            self.is_waited_for = False  # taken at once: to pause and to read on would be two system calls for nothing
        elif not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.loop.call_later(CLOSE_WITHIN_S, self._break_off)

    def handle_parser_exception(self) -> None:
        """Say why, and end once the client sends no more: a close with data unread is a reset, and hides the reason."""
        close = self.conn.close_sent
        assert close is not None
        self.queue.put_nowait({"type": "websocket.disconnect", "code": close.code, "reason": close.reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.transport.resume_reading()
        self._linger()
        self.loop.call_later(CLOSE_WITHIN_S, self._break_off)

    def _write_now(self, text: str) -> bool:
        """Write a text frame, unless the connection is opening, ending, or its reader slow; say whether it was."""
        if not self.handshake_complete or self.disconnected or self.close_sent or not self.writable.is_set():
            return False
        if self.conn.state is not State.OPEN or self.transport.is_closing():
            return False
        self.transport.write_soon(_frame_of(text) if len(text) < _LONG else _frame_of.__wrapped__(text))
        return True

    def _linger(self) -> None:
        """Close the connection a moment after its last data, which is thrown away."""
        if self.lingering is not None:
            self.lingering.cancel()
        self.lingering = self.loop.call_later(LINGERS_S, self._close_quietly)

    def _close_quietly(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def _break_off(self) -> None:
        """End the connection now: a plain close would wait until the client has read everything."""
        transport: asyncio.WriteTransport | None = self.transport
        if transport is not None:
            transport.abort()

    def _let_go(self) -> None:
        """Undo the cycles of a connection that is over on both sides."""
        if self.disconnected and not self.is_app_running:
            self.conn.parser.close()
            vars(self).update(transport=None, scope=None)


@lru_cache(maxsize=256)
def _frame_of(text: str) -> bytes:
    """A server's text frame (RFC 6455, 5.2); one event goes to many sockets, and is framed once."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return b"\x81" + size.to_bytes(1, "big") + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload
