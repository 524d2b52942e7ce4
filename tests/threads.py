from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def in_a_thread(work: Callable[[], T]) -> T:
    """Do what queries need: a thread without an event loop. For async tests and fixtures that they call."""

    def with_own_connection() -> T:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(with_own_connection).result()
