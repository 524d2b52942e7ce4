"""What one turn of the event loop writes to a connection leaves in one piece."""

import asyncio
from typing import Any

FLUSHED_FROM = 65_536
AT_ONCE = 4


class _Turn:
    """What happened in this turn of the process's one loop."""

    def __init__(self) -> None:
        self.writes = 0
        self.corked: list[CorkedTransport] = []

    def count(self) -> int:
        """The number of this write, from 1; the first sees to the turn's end."""
        if not self.writes:
            asyncio.get_running_loop().call_soon(self._end)
        self.writes += 1
        return self.writes

    def _end(self) -> None:
        corked, self.corked, self.writes = self.corked, [], 0
        for transport in corked:
            transport.flush()


_turn = _Turn()


class CorkedTransport(asyncio.Transport):
    """A transport whose small writes can wait for the end of the loop's turn: a batch costs one system call a reader.

    uvloop writes at once, and waking a reader is the dearest part of a delivery. The first few of a turn do leave at
    once: a lone message need not wait. Order is kept: `write` and `close` first send what waits.
    """

    __slots__ = ("_parts", "_size", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._parts: list[bytes] = []
        self._size = 0

    def write_soon(self, data: bytes) -> None:
        """Write at the end of the loop's turn, or at once while little was written in it, or as soon as much waits."""
        if not self._parts:
            if _turn.count() <= AT_ONCE:
                self._transport.write(data)
                return
            _turn.corked.append(self)
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
