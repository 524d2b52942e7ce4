from collections import deque
from collections.abc import Callable

from messenger.realtime.outgoing import MAX_BYTES, MAX_EVENTS, SlowReader, size_of
from messenger.realtime.protocol.engineio import Data

_ENVELOPE_BYTES = 16


def nothing() -> None:
    """What a hook does that nobody uses."""


class PacketQueue:
    """What waits to be written to one session, whichever transport carries it; bounded like a native connection's.

    `on_news` is called whenever something was queued, or `wake` asks for a look. A transport that is ready to write
    sets `write_now`: a text that need not wait for others goes there, and where that says False, into the queue.
    """

    __slots__ = ("_items", "_size", "on_news", "write_now")

    def __init__(self) -> None:
        self._items: deque[Data] | None = None  # made at first use: most sessions are idle
        self._size = 0
        self.on_news: Callable[[], None] = nothing
        self.write_now: Callable[[str], bool] | None = None

    def __len__(self) -> int:
        return len(self._items) if self._items else 0

    @property
    def is_half_full(self) -> bool:
        """True where more waits than a session that reads ever has: nothing more is read from it meanwhile."""
        return len(self) * 2 >= MAX_EVENTS or self._size * 2 >= MAX_BYTES

    def put(self, packet: Data, *, droppable: bool = False) -> None:
        """Queue a packet; from half of the bounds on, what may be dropped is.

        :raises SlowReader: the queue is full; nothing was queued.
        """
        if self.write_now is not None and not self._items and isinstance(packet, str) and self.write_now(packet):
            return
        size = self._size + size_of(packet)
        if droppable and (self.is_half_full or size * 2 >= MAX_BYTES):
            return
        if len(self) >= MAX_EVENTS or size > MAX_BYTES:
            raise SlowReader
        if self._items is None:
            self._items = deque()
        self._items.append(packet)
        self._size = size
        self.on_news()

    def take(self) -> Data | None:
        """The oldest packet, or None where nothing waits."""
        if not self._items:
            self._items = None
            return None
        packet = self._items.popleft()
        self._size -= size_of(packet)
        return packet

    def take_up_to(self, size: int) -> list[Data]:
        """The oldest packets, as many as spell a payload of about `size`; at least one where any waits."""
        taken: list[Data] = []
        while self._items and (not taken or size >= len(self._items[0]) + _ENVELOPE_BYTES):
            packet = self.take()
            assert packet is not None
            taken.append(packet)
            size -= len(packet)
        return taken

    def clear(self) -> None:
        """Forget what waits."""
        self._items = None
        self._size = 0

    def wake(self) -> None:
        """Let the transport look again: something waits, or the session is to end."""
        self.on_news()
