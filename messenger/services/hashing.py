"""Turns at hashing a password, which takes a core and 100 MiB for a moment: a few have one at once, the others wait."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from messenger.errors import Unavailable

TURNS = min(4, os.cpu_count() or 1)
COMES_WITHIN_S = 30.0

_turns = BoundedSemaphore(TURNS)


@contextmanager
def turn_at_hashing() -> Iterator[None]:
    """Wait for a turn, and hold it. Not to be asked for by who has one.

    :raises Unavailable: it did not come within 30 s.
    """
    if not _turns.acquire(timeout=COMES_WITHIN_S):
        raise Unavailable
    try:
        yield
    finally:
        _turns.release()
