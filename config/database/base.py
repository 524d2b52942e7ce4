"""Django's PostgreSQL backend, quick to say that the database is away.

The pool alone lets everybody wait for as long as a busy database may take, one after the other: a queue of sends then
takes minutes to be refused. Here who has waited for the pool's time-out (a second) looks whether the database is there;
while it is not, all others are refused at once.
"""

import time
from threading import Lock
from typing import Any

import psycopg
from django.db import connections
from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

PATIENCE_S = 5.0
LOOK_EVERY_S = 0.25
_CONNECT_WITHIN_S = 2
_LOCK_WITHIN_MS = 2_000


def wait_briefly_for_locks() -> None:
    """Let no statement of this process wait longer than 2 s for somebody's lock: people wait for the answer (503).

    For processes that answer people, before their first connection; jobs and migrations may take their time.
    """
    options = connections.settings["default"]["OPTIONS"]
    options["options"] = f"{options.get('options', '')} -c lock_timeout={_LOCK_WITHIN_MS}".strip()


class _Absence:
    """Whether the database is known to be away, and whose turn it is to look again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_known = False
        self._look_at = 0.0

    def may_ask(self) -> bool:
        """False where somebody looked a moment ago, and it was away."""
        with self._lock:
            now = time.monotonic()
            if self._is_known and now < self._look_at:
                return False
            self._look_at = now + LOOK_EVERY_S
            return True

    @property
    def is_known(self) -> bool:
        return self._is_known

    def note(self, *, is_away: bool) -> None:
        with self._lock:
            self._is_known = is_away
            self._look_at = time.monotonic() + LOOK_EVERY_S


_absence = _Absence()


class DatabaseWrapper(base.DatabaseWrapper):
    """One thread's connection."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not self.pool:
            return super().get_new_connection(conn_params)
        if _absence.is_known and not (_absence.may_ask() and self._is_there(conn_params)):
            raise psycopg.OperationalError("the database is away")
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                return super().get_new_connection(conn_params)
            except PoolTimeout:
                if time.monotonic() >= until or not self._is_there(conn_params):
                    raise

    def _is_there(self, conn_params: dict[str, Any]) -> bool:
        """Look past the pool, whose connections may all be busy or broken."""
        try:
            psycopg.connect(**{**conn_params, "connect_timeout": _CONNECT_WITHIN_S}).close()
        except psycopg.OperationalError:
            _absence.note(is_away=True)
            return False
        _absence.note(is_away=False)
        return True
