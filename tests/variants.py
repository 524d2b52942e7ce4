"""The web process with one thing changed for a test: `python -m tests.variants light`, or another of the table."""

import sys
import time
from collections.abc import Callable

from django.conf import settings

from config import serve  # sets Django up
from messenger.realtime.pace import EventPace

TIMES_FASTER = 30


def _keep_no_statements() -> None:
    """Debug keeps the last 9,000 statements of each database connection, which would weigh more than all the rest."""
    settings.DEBUG = False


def _hurry_the_pace() -> None:
    """Two seconds are a minute to what counts the events of a connection."""
    defaults = EventPace.__init__.__kwdefaults__
    assert defaults is not None
    defaults["now"] = lambda: time.monotonic() * TIMES_FASTER


_VARIANTS: dict[str, Callable[[], None]] = {"light": _keep_no_statements, "hurried": _hurry_the_pace}

if __name__ == "__main__":
    _VARIANTS[sys.argv[1]]()
    serve.main()
