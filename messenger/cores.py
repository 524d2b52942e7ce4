"""Which processor cores the threads of a web process run on.

The loop and the threads that store sends take turns on Python's one lock. On one core they find each other's memory
warm: a lone send takes an eighth less. Everything else roams: passwords, pictures, requests.
"""

import os

_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def stay() -> None:
    """Keep this thread, and those that it starts, on one core; processes spread over all that there are."""
    if len(_CORES) > 1:
        os.sched_setaffinity(0, {_CORES[os.getpid() % len(_CORES)]})


def roam() -> None:
    """Let this thread run anywhere again, whoever started it."""
    if len(_CORES) > 1:
        os.sched_setaffinity(0, _CORES)
