"""Where sockets' services run: async stops at the connection, and the loop thread never runs a query."""

import asyncio
import contextvars
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import OperationalError, close_old_connections

from messenger.cores import roam
from messenger.lock_errors import may_run_again

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 6

_threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="socket-service", initializer=roam)


async def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a service or selector in one of this process's database threads; once more where a deadlock undid it."""
    call = functools.partial(_with_own_connection, function, *args, **kwargs)
    context = contextvars.copy_context()  # what is logged there names the connection, too
    return await asyncio.get_running_loop().run_in_executor(_threads, functools.partial(context.run, call))


def _with_own_connection(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        return function(*args, **kwargs)
    except OperationalError as error:
        if not may_run_again(error):
            raise
        return function(*args, **kwargs)
    finally:
        close_old_connections()
