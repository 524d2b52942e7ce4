"""Make and fill the product's tables: `python -m bench.ours.population OUT`."""

import os
from datetime import timedelta

import django
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from bench.population import PAIRS, PEOPLE, Population, signed_token, write_population


def main() -> None:
    """Make the tables unless they are there, and say who may sign in."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if _is_new():
        from bench.ours.rows import fill

        call_command("migrate", verbosity=0)
        fill(tier="pro_plus", expires_at=timezone.now() + timedelta(days=1))
    numbers = range(1, PEOPLE + 1)
    tokens = [
        signed_token(subject=number, secret=settings.JWT_SECRET, sid=str(number), use="access") for number in numbers
    ]
    write_population(
        Population(
            people=[str(number) for number in numbers],
            tokens=tokens,
            pairs=[str(number) for number in range(1, PAIRS + 1)],
            room=str(PAIRS + 1),
        )
    )


def _is_new() -> bool:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return connection.execute("SELECT to_regclass('messenger_message')").fetchone() == (None,)


if __name__ == "__main__":
    main()
