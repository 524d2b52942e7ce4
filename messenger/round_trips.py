"""Statements that travel together, on the connection that Django holds for this thread.

libpq's pipeline without cursors above it: a lone send costs 64 µs of CPU here, and 470 through Django's cursors on
psycopg's pipeline; PostgreSQL is woken twice instead of eight times. Only the hottest services ask this way.
"""

import select
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from django.db import connections
from psycopg import errors, pq

Values = Sequence[str | None]
Row = tuple[bytes | None, ...]

_BEGIN, _COMMIT = b"BEGIN", b"COMMIT"
_prepared: WeakKeyDictionary[psycopg.Connection[object], set[bytes]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL whose places are `$1`, `$2` …; `name` is what a connection that prepares knows it by."""

    name: str
    sql: str


class Asked(NamedTuple):
    """A statement with its values, as PostgreSQL writes them in text."""

    statement: Statement
    values: Values


def exchange(*asked: Asked, and_commit: bool = False) -> list[list[Row]]:
    """Carry the statements out in one round trip and return the rows of each, in PostgreSQL's text form.

    They belong to the connection's transaction, which begins where none is open. With `and_commit` it ends in the same
    trip: once this returns, all is durable. Call it inside `transaction.atomic()`, whose own commit then does nothing.

    :raises django.db.Error: what PostgreSQL refused; the transaction can only be rolled back.
    """
    database = connections["default"]
    database.ensure_connection()
    database.validate_no_broken_transaction()
    started = time.monotonic()
    with database.wrap_database_errors:
        tables = _carry_out(database.connection, asked, and_commit)
    if database.queries_logged:
        took = f"{time.monotonic() - started:.3f}"
        database.queries_log.extend({"sql": statement.sql, "time": took} for statement, _ in asked)
    return tables


def _carry_out(raw: psycopg.Connection[object], asked: Sequence[Asked], and_commit: bool) -> list[list[Row]]:
    pg = raw.pgconn
    pg.enter_pipeline_mode()
    try:
        keys = _send(raw, asked, and_commit=and_commit)
        results = _results(pg)
    except BaseException:
        raw.close()  # who knows what is still under way: the connection is of no use
        raise
    pg.exit_pipeline_mode()
    known = _prepared.get(raw, set())
    for key, result in zip(keys, results, strict=True):
        if isinstance(key, bytes) and result.status == pq.ExecStatus.COMMAND_OK:
            known.add(key)
    for result in results:
        if result.status == pq.ExecStatus.FATAL_ERROR:
            raise _error_of(result)
    return [_rows(result) for key, result in zip(keys, results, strict=True) if key is asked]


def _send(raw: psycopg.Connection[object], asked: Sequence[Asked], *, and_commit: bool) -> list[object]:
    """Queue everything; for each result that will come: `asked`, the name that it prepares, or None."""
    pg, keys = raw.pgconn, list[object]()
    known = None if raw.prepare_threshold is None else _prepared.setdefault(raw, set())
    if pg.transaction_status == pq.TransactionStatus.IDLE:
        pg.send_query_params(_BEGIN, None)
        keys.append(None)
    for statement, values in asked:
        encoded = [None if value is None else value.encode() for value in values]
        if known is None:
            pg.send_query_params(statement.sql.encode(), encoded)
        else:
            name = statement.name.encode()
            if name not in known:
                pg.send_prepare(name, statement.sql.encode())
                keys.append(name)
            pg.send_query_prepared(name, encoded)
        keys.append(asked)
    if and_commit:
        pg.send_query_params(_COMMIT, None)
        keys.append(None)
    pg.pipeline_sync()
    return keys


def _results(pg: pq.abc.PGconn) -> list[pq.abc.PGresult]:
    """Send what is queued and take every result up to the end of the pipeline."""
    poller = select.poll()
    poller.register(pg.socket, select.POLLIN)
    results: list[pq.abc.PGresult] = []
    while True:
        _await_result(pg, poller)
        result = pg.get_result()
        if result is not None:
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                return results
            results.append(result)
        elif pg.status == pq.ConnStatus.BAD:
            raise _error_of(results[-1]) if results else psycopg.OperationalError("the connection is lost")


def _await_result(pg: pq.abc.PGconn, poller: select.poll) -> None:
    """Write what is unsent, and read until a result can be taken; a large batch goes both ways at once."""
    is_unsent = bool(pg.flush())
    while is_unsent or pg.is_busy():
        poller.modify(pg.socket, select.POLLIN | select.POLLOUT if is_unsent else select.POLLIN)
        ((_, ready),) = poller.poll()
        if ready & ~select.POLLOUT:
            pg.consume_input()
        if is_unsent:
            is_unsent = bool(pg.flush())


def _rows(result: pq.abc.PGresult) -> list[Row]:
    columns = range(result.nfields)
    return [tuple([result.get_value(row, column) for column in columns]) for row in range(result.ntuples)]


def _error_of(result: pq.abc.PGresult) -> psycopg.Error:
    state = result.error_field(pq.DiagnosticField.SQLSTATE)
    message = result.get_error_message()
    if state is None:
        return psycopg.OperationalError(message)
    try:
        return errors.lookup(state.decode())(message)
    except KeyError:
        return psycopg.DatabaseError(message)
