import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.engines.places import Places
from config.engines.processes import Identity
from config.engines.sets import EngineSet

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else"),
]


@pytest.fixture
def closed_folder(tmp_path: Path) -> Iterator[Path]:
    """A state folder below one that only root may enter, as /root is."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    yield closed / "state"
    home = Places(closed / "state").home
    if home.parent == Path("/var/tmp"):
        shutil.rmtree(home)


@pytest.mark.parametrize("identity", ["namespace", "nobody"])
def test_postgresql_runs_below_a_closed_folder(closed_folder: Path, identity: Identity) -> None:
    with EngineSet(closed_folder, durable=False, identity=identity).start() as first, connect(first) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    with EngineSet(closed_folder, durable=False, identity=identity).start() as second, connect(second) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_whoever_cannot_enter_gets_a_folder_it_can(closed_folder: Path) -> None:
    with EngineSet(closed_folder, durable=False, identity="nobody").start() as engines:
        assert engines.postgres
        owner = Path(f"/proc/{engines.postgres.process.pid}").stat().st_uid
        assert owner == Path(engines.places.postgres).stat().st_uid != 0
        assert engines.places.home.parent == Path("/var/tmp")


def connect(engines: EngineSet) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(engines.database_url, autocommit=True)
