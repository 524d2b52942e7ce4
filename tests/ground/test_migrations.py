from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command

from config.engines.binaries import find_postgres
from config.engines.processes import EngineError
from config.engines.sets import EngineSet
from tests.ground.processes import run_python

_OLDEST = 15


def test_the_models_are_what_the_migrations_make(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.slow
def test_the_migrations_run_from_empty_on_the_oldest_postgresql(tmp_path: Path) -> None:
    try:
        find_postgres(major=_OLDEST)
    except EngineError:
        pytest.skip("PostgreSQL 15 is not installed on this machine")
    with EngineSet(tmp_path / "state", durable=False, major=_OLDEST).start(valkey=False) as engines:
        migrated = run_python(
            "manage.py",
            "migrate",
            settings={
                "MESSENGER_DEBUG": "on",
                "MESSENGER_UNSAFE_COMMITS": "on",
                "DATABASE_URL": engines.database_url,
                "REDIS_URL": "memory",
            },
        )

        assert (migrated.returncode, migrated.stderr) == (0, "")
        with psycopg.connect(engines.database_url) as connection:
            version = connection.execute("SHOW server_version_num").fetchone()
            tables = connection.execute("SELECT count(*) FROM messenger_message").fetchone()
    assert version is not None
    assert version[0].startswith("15")
    assert tables == (0,)
