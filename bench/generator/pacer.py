"""A clock that calls at exact times: the event loop's own timers are rounded to milliseconds."""

import asyncio
import ctypes
import os
import struct
import time
from collections.abc import Callable
from typing import Final

_CLOCK_MONOTONIC: Final = 1
_NONBLOCK: Final = 0o4000
_ABSOLUTE: Final = 1
_libc = ctypes.CDLL(None, use_errno=True)


class Pacer:
    """Call `due(intended)` at a steady `rate`, each time with the moment at which it ought to have been."""

    def __init__(self, *, rate: float, due: Callable[[float], None]) -> None:
        self._step = 1.0 / rate
        self._due = due
        self._next = 0.0
        self._timer = _libc.timerfd_create(_CLOCK_MONOTONIC, _NONBLOCK)

    def start(self) -> None:
        """Begin now."""
        self._next = time.perf_counter() + self._step
        asyncio.get_running_loop().add_reader(self._timer, self._fire)
        self._wind()

    def stop(self) -> None:
        """Call no more."""
        asyncio.get_running_loop().remove_reader(self._timer)
        os.close(self._timer)

    def _fire(self) -> None:
        os.read(self._timer, 8)
        now = time.perf_counter()
        while self._next <= now:
            self._due(self._next)
            self._next += self._step
        self._wind()

    def _wind(self) -> None:
        seconds, rest = divmod(self._next, 1.0)
        moment = struct.pack("@qqqq", 0, 0, int(seconds), int(rest * 1e9))
        _libc.timerfd_settime(self._timer, _ABSOLUTE, moment, None)
