"""A database's rows copied out at one moment and put back later, as a dump would."""

from dataclasses import dataclass

import psycopg
from psycopg import Connection, sql

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_SEQUENCES = "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences"


@dataclass(frozen=True, slots=True)
class Backup:
    """Every table's rows and every sequence's place."""

    tables: dict[str, bytes]
    sequences: dict[str, tuple[int, bool]]


def back_up(address: str) -> Backup:
    """Copy out all rows as they are at this moment; whoever writes meanwhile goes on."""
    with psycopg.connect(address) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        tables = [name for (name,) in connection.execute(_TABLES).fetchall()]
        sequences = {name: (value, called) for name, value, called in connection.execute(_SEQUENCES).fetchall()}
        return Backup({name: _copied_out(connection, name) for name in tables}, sequences)


def put_back(address: str, backup: Backup) -> None:
    """Replace all rows by those of the backup. No server may be running; `manage new_epoch` has to follow."""
    with psycopg.connect(address) as connection:
        connection.execute("SET session_replication_role = replica")  # no trigger, no foreign key is asked
        names = sql.SQL(", ").join(sql.Identifier(name) for name in backup.tables)
        connection.execute(sql.SQL("TRUNCATE {}").format(names))
        for name, rows in backup.tables.items():
            with connection.cursor().copy(
                sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(name))
            ) as copy:
                copy.write(rows)
        for name, (value, is_called) in backup.sequences.items():
            connection.execute("SELECT setval(quote_ident(%s)::regclass, %s, %s)", [name, value, is_called])


def _copied_out(connection: Connection, name: str) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(name))) as copy:
        return b"".join(bytes(part) for part in copy)
