"""How fast this machine is right now: the same small work, timed before every window."""

import hashlib
import time
from typing import Final

_ROUNDS: Final = 5
_WORK: Final = bytes(64 * 1024)
# what one spin took on the machine where the goals were first reached; its speed index is 1.00
_REFERENCE_S: Final = 0.0285


def speed_index() -> float:
    """Spin on one core for a moment; return how fast that went, 1.00 being the reference machine."""
    took = sorted(_spin() for _ in range(_ROUNDS))
    return _REFERENCE_S / took[_ROUNDS // 2]


def _spin() -> float:
    began = time.perf_counter()
    total = 0
    for number in range(900_000):
        total += number & 7
    for _ in range(120):
        total += hashlib.blake2b(_WORK).digest()[0]
    return time.perf_counter() - began
