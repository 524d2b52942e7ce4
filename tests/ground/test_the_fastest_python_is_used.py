import sys
from pathlib import Path

import pytest

from config import bootstrap

SLOW = "'--prefix=/root/.pyenv/versions/3.11.7' '--enable-shared'"


@pytest.fixture
def systems_own(tmp_path: Path) -> Path:
    """A system's Python that says yes to whatever it is asked."""
    program = tmp_path / "python3"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    return program


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "base_prefix", "/root/.pyenv/versions/3.11.7")


def test_one_built_without_optimisations_makes_room_for_the_systems_own(systems_own: Path) -> None:
    assert bootstrap.faster_python(arguments=SLOW, systems_own=str(systems_own)) == str(systems_own)


@pytest.mark.parametrize("arguments", [f"{SLOW} '--enable-optimizations' '--with-lto'", ""])
def test_one_built_well_stays(systems_own: Path, arguments: str) -> None:
    assert bootstrap.faster_python(arguments=arguments, systems_own=str(systems_own)) is None


def test_the_systems_own_is_never_left(systems_own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "base_prefix", "/usr")

    assert bootstrap.faster_python(arguments=SLOW, systems_own=str(systems_own)) is None


def test_another_version_or_none_is_no_choice(systems_own: Path, tmp_path: Path) -> None:
    assert bootstrap.faster_python(arguments=SLOW, systems_own=str(tmp_path / "absent")) is None

    systems_own.write_text("#!/bin/sh\nexit 1\n")  # another version, not the system's, or without environments
    assert bootstrap.faster_python(arguments=SLOW, systems_own=str(systems_own)) is None
