"""Make and fill the Node peers' tables: `python -m bench.peers.population OUT`."""

import os
from pathlib import Path

import psycopg

from bench.population import PAIRS, PEOPLE, Population, seats, signed_token, write_population


def main() -> None:
    """Make the tables unless they are there, and say who may sign in."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        if connection.execute("SELECT to_regclass('messages')").fetchone() == (None,):
            _fill(connection)
    secret = os.environ["JWT_SECRET"]
    numbers = range(1, PEOPLE + 1)
    write_population(
        Population(
            people=[str(number) for number in numbers],
            tokens=[signed_token(subject=number, secret=secret) for number in numbers],
            pairs=[str(number) for number in range(1, PAIRS + 1)],
            room=str(PAIRS + 1),
        )
    )


def _fill(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    connection.execute(Path(__file__).with_name("schema.sql").read_bytes())
    connection.execute("INSERT INTO people SELECT n, 'Person ' || n FROM generate_series(1, %s) AS n", [PEOPLE])
    connection.execute("INSERT INTO conversations SELECT n FROM generate_series(1, %s) AS n", [PAIRS + 1])
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO participants VALUES (%s, %s)", seats())
    connection.execute("ANALYZE")


if __name__ == "__main__":
    main()
