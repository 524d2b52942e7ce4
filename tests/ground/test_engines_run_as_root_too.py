import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.engines.places import Places
from config.engines.processes import Identity
from config.engines.sets import EngineSet
from tests.ground.processes import ROOT

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


_START = """
import sys
from pathlib import Path
from config.engines.sets import EngineSet
with EngineSet(Path(sys.argv[1]), durable=False).start(valkey=False) as engines:
    print(engines.postgres is not None)
"""


def test_nobody_but_root_and_nobody_need_be_known_to_the_system(tmp_path: Path) -> None:
    known = tmp_path / "passwd"
    known.write_text("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n")
    # as in a container, or on a new server: PostgreSQL asks for the name of whom it runs as
    inside = 'mount --bind "$1" /etc/passwd && shift && exec "$@"'
    command: list[str | Path] = [
        "unshare",
        "--mount",
        "sh",
        "-c",
        inside,
        "sh",
        known,
        sys.executable,
        "-c",
        _START,
        tmp_path / "state",
    ]

    started = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert (started.returncode, started.stdout, started.stderr) == (0, "True\n", "")


def test_a_user_whom_the_system_has_no_name_for_may_start_it(tmp_path: Path) -> None:
    command: list[str | Path] = [
        "unshare",
        "--user",
        "--map-user=54321",
        "--map-group=54321",
        sys.executable,
        "-c",
        _START,
        tmp_path / "state",
    ]

    started = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert (started.returncode, started.stdout, started.stderr) == (0, "True\n", "")


def connect(engines: EngineSet) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(engines.database_url, autocommit=True)
