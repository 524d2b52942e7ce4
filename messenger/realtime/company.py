"""Whether anybody else listens to what this process sends: while it is alone, nothing is packed and sent."""

import time
from collections.abc import Callable

LOOKS_AGAIN_S = 1.0


class Company:
    """Alone is who alone got their own message, and that for a second: then one is sent again, to look.

    A process that comes says so at once. One that Valkey lost for a moment may miss what is sent within that second,
    as it missed what was sent before: the numbers show it, and sync heals it. Loop thread only.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._number = 0
        self._alone_until: dict[str, float] = {}
        self._heard = 0
        self._sent_alone = (0, "")

    def is_alone(self, group: str) -> bool:
        """True where nobody else listens to the group."""
        return self._clock() < self._alone_until.get(group, 0.0)

    def next_number(self) -> int:
        """What the next message goes by, so that its echo is known."""
        self._number += 1
        return self._number

    def note_sent(self, group: str, number: int, listeners: int) -> None:
        """A message had so many listeners, this process perhaps among them."""
        if listeners == 1:
            self._sent_alone = (number, group)
            self._compare()

    def note_echo(self, number: int) -> None:
        """A message of this process came back to it."""
        self._heard = number
        self._compare()

    def note_other(self) -> None:
        """Somebody else was heard."""
        self._alone_until.clear()
        self._sent_alone = (0, "")

    def _compare(self) -> None:
        number, group = self._sent_alone
        if number == self._heard:
            self._alone_until[group] = self._clock() + LOOKS_AGAIN_S
