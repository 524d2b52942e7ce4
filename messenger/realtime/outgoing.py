import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

MAX_EVENTS = 1_000
MAX_BYTES = 1_048_576
_COUNTED_AT_MOST = 262_144


class SlowReader(Exception):
    """More waits for this reader than a queue holds: close with 4009."""


def size_of(text: str | bytes) -> int:
    """What a text counts of `MAX_BYTES`: its bytes, as UTF-8.

    An answer that was asked for may be larger than all that may wait (sync); it counts as the longest frame, so that it
    is no slowness.
    """
    size = len(text) if isinstance(text, bytes) or text.isascii() else len(text.encode())
    return min(size, _COUNTED_AT_MOST)


class Outgoing(Protocol):
    """Where a connection's texts go: a queue of the transport's, which looks at the connection when woken."""

    def put(self, text: str, *, droppable: bool = False) -> None:
        """Queue `text`, or raise `SlowReader`."""

    def clear(self) -> None:
        """Forget what waits."""

    def wake(self) -> None:
        """Something waits, or the connection is to close."""


class OutgoingQueue:
    """What waits to be written to one connection: at most 1,000 events or 1 MiB (contract: close code 4009).

    From half of either bound on, what may be dropped (typing, presence) is. With `write_now`, a text that need not
    wait for others is written at once, for as long as the reader keeps up.
    """

    __slots__ = ("_bytes", "_is_writing", "_items", "_waiter", "_write_now")

    def __init__(self, write_now: Callable[[str], bool] | None = None) -> None:
        self._write_now = write_now
        self._is_writing = False
        self._items: deque[str] = deque()
        self._bytes = 0
        self._waiter: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._items)

    def put(self, text: str, *, droppable: bool = False) -> None:
        """Queue `text`.

        :raises SlowReader: the queue is full; nothing was queued.
        """
        if self._write_now is not None and not self._items and not self._is_writing and self._write_now(text):
            return
        size = self._bytes + size_of(text)
        if droppable and (len(self._items) * 2 >= MAX_EVENTS or size * 2 >= MAX_BYTES):
            return
        if len(self._items) >= MAX_EVENTS or size > MAX_BYTES:
            raise SlowReader
        self._items.append(text)
        self._bytes = size
        self.wake()

    def take(self) -> str | None:
        """The oldest text, or None where nothing waits. Until the next call it counts as being written."""
        self._is_writing = bool(self._items)
        if not self._items:
            return None
        text = self._items.popleft()
        self._bytes -= size_of(text)
        return text

    def clear(self) -> None:
        """Forget what waits."""
        self._items.clear()
        self._bytes = 0

    def wake(self) -> None:
        """Let the writer look again: something waits, or the connection is to close."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def wait(self) -> None:
        """Sleep until `wake`; only the one writer of the connection calls this."""
        if self._items:
            return
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None
