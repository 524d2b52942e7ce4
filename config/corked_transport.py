"""What one turn of the event loop writes to a connection leaves in one piece."""

import asyncio
from typing import Any

import structlog

logger = structlog.get_logger(__name__)

FLUSHED_FROM = 65_536

_corked: "list[CorkedTransport]" = []


def _flush_all() -> None:
    """The turn's end: send what waits, to each reader in one piece."""
    transports = _corked.copy()
    _corked.clear()
    for transport in transports:
        try:
            transport.flush()
        except Exception:  # the others' events are not to wait for ever
            logger.exception("a turn's frames could not be written")


class CorkedTransport(asyncio.Transport):
    """A transport whose small writes wait for the end of the loop's turn: each reader costs one system call in it.

    uvloop writes at once, and waking a reader is the dearest part of a delivery: who sends a message gets its answer
    and its event together. Order is kept: `write` and `close` first send what waits.
    """

    __slots__ = ("_parts", "_size", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._parts: list[bytes] = []
        self._size = 0

    def write_soon(self, data: bytes) -> None:
        """Write at the end of the loop's turn, or as soon as much waits."""
        if not self._parts:
            if not _corked:
                asyncio.get_running_loop().call_soon(_flush_all)
            _corked.append(self)
        self._parts.append(data)
        self._size += len(data)
        if self._size >= FLUSHED_FROM:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        parts = self._parts
        if not parts:
            return
        self._parts, self._size = [], 0
        if not self._transport.is_closing():
            self._transport.write(parts[0] if len(parts) == 1 else b"".join(parts))

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.flush()
        self._transport.write(data)

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def abort(self) -> None:
        self._parts, self._size = [], 0
        self._transport.abort()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()
