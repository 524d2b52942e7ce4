import threading
import time
from typing import Any

import pytest
from django.db import OperationalError, connection

from config.database.base import PATIENCE_S, DatabaseWrapper


@pytest.fixture
def narrow(db: None) -> Any:
    """The test database's settings, with a pool of one connection."""
    options = {**connection.settings_dict["OPTIONS"], "pool": {"min_size": 1, "max_size": 1, "timeout": 1}}
    yield {**connection.settings_dict, "OPTIONS": options}
    DatabaseWrapper({**connection.settings_dict, "OPTIONS": options}, "narrow").close_pool()


def _held_for(seconds: float, settings: Any) -> threading.Thread:
    """Keeps the one connection for so long; returns once it is held."""
    is_held = threading.Event()

    def hold() -> None:
        holder = DatabaseWrapper(settings, "narrow")
        holder.ensure_connection()
        is_held.set()
        time.sleep(seconds)
        holder.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert is_held.wait(10)
    return thread


def test_who_waits_for_a_busy_pool_waits_on(narrow: Any) -> None:
    holding = _held_for(2.5, narrow)
    asking = DatabaseWrapper(narrow, "narrow")

    began = time.monotonic()
    asking.ensure_connection()
    took = time.monotonic() - began
    asking.close()
    holding.join()

    assert 2 < took < PATIENCE_S


def test_who_waited_long_enough_is_refused_and_the_next_is_not(narrow: Any) -> None:
    holding = _held_for(PATIENCE_S + 2.5, narrow)
    asking = DatabaseWrapper(narrow, "narrow")

    began = time.monotonic()
    with pytest.raises(OperationalError):
        asking.ensure_connection()
    took = time.monotonic() - began
    asking.ensure_connection()
    asking.close()
    holding.join()

    assert PATIENCE_S <= took < PATIENCE_S + 2
