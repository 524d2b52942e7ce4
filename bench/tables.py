"""What a contender's tables hold, and making them empty before a window."""

import psycopg
from psycopg.rows import class_row, tuple_row

from bench.contenders import Tables
from bench.gate import Stored


def reset(*, database_url: str, tables: Tables) -> None:
    """Empty the tables, and write everything that waits to disk, so that no window pays for the one before."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        if tables.reset:
            connection.execute(tables.reset.encode())
        connection.execute("CHECKPOINT")


def stored_in(*, database_url: str, tables: Tables) -> list[Stored] | None:
    """Return every message that the contender holds, `None` where it holds none."""
    if not tables.stored:
        return None
    with psycopg.connect(database_url) as connection, connection.cursor(row_factory=class_row(Stored)) as cursor:
        return cursor.execute(tables.stored.encode()).fetchall()


def counters_in(*, database_url: str, tables: Tables) -> dict[int, int]:
    """Return how far each conversation has counted."""
    if not tables.counters:
        return {}
    with psycopg.connect(database_url) as connection, connection.cursor(row_factory=tuple_row) as cursor:
        return {int(room): int(last) for room, last in cursor.execute(tables.counters.encode())}


def pointers_in(*, database_url: str, tables: Tables) -> dict[tuple[int, int], int]:
    """Return up to where each seat (conversation, person) has read."""
    if not tables.pointers:
        return {}
    with psycopg.connect(database_url) as connection, connection.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(tables.pointers.encode())
        return {(int(room), int(person)): int(seq) for room, person, seq in rows}
