"""Starts the engines of a test run. Loaded with `-p`, before pytest-django reads settings that need their addresses.

Runs beside each other get engines of their own: `MESSENGER_TEST_STATE` names the state folder (`.state/test`), and one
that another run holds is passed over for its neighbour. `DATABASE_URL` and `REDIS_URL` replace the engines.
"""

import itertools
import os
from pathlib import Path

import pytest

from config.engines.sets import EngineSet, StateInUse

_ROOT = Path(__file__).resolve().parent.parent.parent


def _start_engines() -> EngineSet:
    first = _ROOT / os.environ.get("MESSENGER_TEST_STATE", ".state/test")
    for number in itertools.count(1):
        state = first if number == 1 else first.with_name(f"{first.name}-{number}")
        engines = EngineSet(state, durable=False)
        try:
            engines.start(postgres="DATABASE_URL" not in os.environ, valkey="REDIS_URL" not in os.environ)
        except StateInUse:
            continue
        os.environ["MESSENGER_STATE"] = str(state.resolve())
        os.environ.setdefault("DATABASE_URL", engines.database_url)
        os.environ.setdefault("REDIS_URL", engines.redis_url)
        return engines
    raise AssertionError("unreachable")


_engines = _start_engines()


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    """Stop them once the last test and the test database are gone."""
    _engines.stop()
