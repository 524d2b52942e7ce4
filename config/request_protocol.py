"""Requests must come to their end: a head that does not, or a body that stalls or trickles, is cut off with 408."""

import asyncio
from typing import Literal

from django.conf import settings

from config.socket_protocol import CLOSE_WITHIN_S, RequestProtocol

HEAD_AT_MOST = 128 * 1024
BODY_BYTES_PER_S = 1024
_CUT_OFF = b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_TOO_SLOW = _CUT_OFF % b"408 Request Timeout"
_TOO_LARGE = _CUT_OFF % b"431 Request Header Fields Too Large"


class TimedRequestProtocol(RequestProtocol):
    """Gives a head `MESSENGER_REQUEST_PATIENCE` seconds, and a body as long again for each further KiB per second.

    A connection that brings nothing at all has as long for its first request; later ones uvicorn closes after 5 s.
    Time in which we do not read, because the application is behind, is nobody's fault.
    """

    _awaited: Literal["opening", "head", "body"] | None = "opening"
    _stage = 0
    _clock: asyncio.TimerHandle | None = None
    _received = 0
    _has_asked = _is_over = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._wind()

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        stage = self._stage
        super().data_received(data)
        if self._stage != stage:
            self._stop_clock()
        if self._is_over or self.transport.is_closing():
            self._stop_clock()
        elif self._awaited == "head" and self._received > HEAD_AT_MOST:
            self._cut_off(_TOO_LARGE)
        elif self._awaited is not None and self._clock is None:
            self._wind()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._enter("head")

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._enter("body")
        self._has_asked = True

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._enter(None)

    def _let_go(self) -> None:
        self._is_over = True
        self._stop_clock()
        super()._let_go()

    def _enter(self, awaited: Literal["head", "body"] | None) -> None:
        self._awaited = awaited
        self._stage += 1

    def _wind(self) -> None:
        self._received = 0
        self._clock = self.loop.call_later(settings.MESSENGER_REQUEST_PATIENCE, self._look)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _look(self) -> None:
        """Time is up: go on waiting where enough has come, or where it was us who did not read."""
        self._clock = None
        has_come = self._awaited == "body" and self._received >= BODY_BYTES_PER_S * settings.MESSENGER_REQUEST_PATIENCE
        if has_come or self.flow.read_paused or (self._awaited == "head" and self._is_busy):
            self._wind()
        elif self._awaited == "opening":
            self.transport.close()
        else:
            self._cut_off(_TOO_SLOW)

    @property
    def _is_busy(self) -> bool:
        """An earlier request is still being answered."""
        return self._has_asked and not self.cycle.response_complete

    def _cut_off(self, answer: bytes) -> None:
        """End the connection, with an answer unless one has begun; a client that reads nothing is broken off."""
        self._stop_clock()
        if self.transport.is_closing():
            return
        is_unanswered = self._awaited == "body" and not (self.pipeline or self.cycle.response_started)
        if is_unanswered or (self._awaited == "head" and not self._is_busy):
            self.transport.write(answer)
        if self._has_asked:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()
        self.loop.call_later(CLOSE_WITHIN_S, _break_off, self.transport)


def _break_off(transport: asyncio.Transport) -> None:
    transport.abort()
