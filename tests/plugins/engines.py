"""Starts the engines of a test run. Loaded with `-p`, before pytest-django reads settings that need their addresses.

Runs beside each other, and each worker of pytest-xdist (`-n 2`), get engines of their own: `MESSENGER_TEST_STATE` names
the state folder (`.state/test`), and one that another run holds is passed over for its neighbour. `DATABASE_URL` and
`REDIS_URL` replace the engines.
"""

import itertools
import os
import signal
from pathlib import Path

import pytest

from config.engines.sets import EngineSet, StateInUse

_ROOT = Path(__file__).resolve().parent.parent.parent
_OWN = "MESSENGER_TEST_ENGINES"  # the addresses that are ours, which a worker inherits and must not use


def _start_engines() -> EngineSet:
    for name in os.environ.pop(_OWN, "").split():
        del os.environ[name]
    first = _ROOT / os.environ.get("MESSENGER_TEST_STATE", ".state/test")
    for number in itertools.count(1):
        state = first if number == 1 else first.with_name(f"{first.name}-{number}")
        engines = EngineSet(state, durable=False)
        try:
            engines.start(postgres="DATABASE_URL" not in os.environ, valkey="REDIS_URL" not in os.environ)
        except StateInUse:
            continue
        addresses = {"DATABASE_URL": engines.database_url, "REDIS_URL": engines.redis_url}
        own = addresses.keys() - os.environ.keys()
        os.environ.update({name: addresses[name] for name in own})
        os.environ |= {"MESSENGER_STATE": str(state.resolve()), _OWN: " ".join(own)}
        return engines
    raise AssertionError("unreachable")


# a run in the background of a script ignores Ctrl-C, and so would every program that tests start and end by it
signal.signal(signal.SIGINT, signal.default_int_handler)
_engines = _start_engines()


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    """Stop them once the last test and the test database are gone."""
    _engines.stop()
