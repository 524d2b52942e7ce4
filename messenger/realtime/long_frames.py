"""Long frames are read beside the event loop, one after the other, so that nobody's short ones wait for them."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

LONG_FROM = 16_384  # the longest message with all that may go with it is none
REST_TIMES = 3.0
REST_AT_MOST_S = 1.0

_reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="long-frames")


async def read_beside(read: Callable[[], T], *, size: int) -> T:
    """What `read` makes of so much text. A long one costs its sender a rest of some times as long as it took."""
    if size < LONG_FROM:
        return read()
    took = 0.0

    def timed() -> T:
        nonlocal took
        begun = time.monotonic()
        try:
            return read()
        finally:
            took = time.monotonic() - begun

    try:
        return await asyncio.get_running_loop().run_in_executor(_reader, timed)
    finally:
        await asyncio.sleep(min(REST_TIMES * took, REST_AT_MOST_S))
