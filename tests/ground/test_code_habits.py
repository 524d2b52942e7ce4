import re
import subprocess
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.ground.processes import ROOT

_LONGEST = 300


def _files(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return [
        ROOT / name for name in listed if not re.search(r"(^|/)(migrations|vendor)/", name) and (ROOT / name).exists()
    ]


def test_no_file_is_longer_than_a_reader_bears() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in _files("*.py", "*.js", "*.html")}

    assert lengths
    assert [str(path.relative_to(ROOT)) for path, length in lengths.items() if length > _LONGEST] == []


def test_nothing_is_a_link_to_somebodys_machine() -> None:
    assert [path.name for path in _files() if path.is_symlink()] == []


def test_nothing_is_left_for_later() -> None:
    mark = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b|raise NotImplemented" + "Error")

    marked = [
        str(path.relative_to(ROOT))
        for path in _files("*.py", "*.js", "*.html", "*.css", "dev")
        if mark.search(path.read_text())
    ]

    assert marked == []


def test_scripts_make_no_markup_from_text() -> None:
    taboo = re.compile(r"\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write\b|\beval\(|new Function\(")

    assert [str(path.relative_to(ROOT)) for path in _files("static/*.js") if taboo.search(path.read_text())] == []


def test_no_lock_file_names_a_host() -> None:
    locks = _files("*.lock", "package-lock.json", "*.toml", ".npmrc")

    assert len(locks) >= 5
    assert [
        path.name
        for path in locks
        if re.search(r"https?://[^/ \"]+/(simple|packages|debian)/|registry\.", path.read_text())
    ] == []


@pytest.mark.parametrize(
    "template", sorted(str(path.relative_to(ROOT / "templates")) for path in _files("templates/*"))
)
def test_each_template_compiles(template: str) -> None:
    assert get_template(template) is not None
