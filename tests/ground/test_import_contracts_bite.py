import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ground.processes import ROOT

_PACKAGES = ("config", "messenger", "presence", "notifications", "moderation", "legacy_api")
_TABOOS = [
    ("rings", "messenger/errors.py", "import presence.apps"),
    ("rings", "presence/apps.py", "import notifications.apps"),
    ("rings", "moderation/apps.py", "import notifications.apps"),
    ("rings", "legacy_api/apps.py", "import config.env"),
    ("kernel", "messenger/models/users.py", "import messenger.services.sending"),
    ("kernel", "messenger/api/urls.py", "import messenger.realtime.hub"),
    ("kernel", "messenger/services/sending.py", "import messenger.realtime.hub"),
    ("no-transport-inside", "messenger/services/sending.py", "import celery"),
    ("no-transport-inside", "messenger/selectors/access.py", "import rest_framework"),
    ("pure-codecs", "messenger/shapes.py", "import django.db"),
    ("pure-codecs", "messenger/realtime/protocol/sessions.py", "import channels"),
    ("pure-codecs", "messenger/realtime/outgoing.py", "import django.db"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for package in _PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def _lint(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [linter, "--no-cache", "--contract", contract], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("contract", sorted({contract for contract, _, _ in _TABOOS}))
def test_the_code_as_it_is_keeps_each_contract(copy: Path, contract: str) -> None:
    assert _lint(copy, contract).returncode == 0


@pytest.mark.parametrize(("contract", "file", "taboo"), _TABOOS)
def test_a_contract_that_is_broken_is_seen(copy: Path, contract: str, file: str, taboo: str) -> None:
    lawful = (copy / file).read_text()
    (copy / file).write_text(f"{taboo}\n{lawful}")

    linted = _lint(copy, contract)
    (copy / file).write_text(lawful)

    assert linted.returncode == 1
    assert "1 broken" in linted.stdout


def test_a_module_that_no_layer_names_is_seen(copy: Path) -> None:
    (copy / "messenger" / "helpers.py").write_text("")

    linted = _lint(copy, "kernel")
    (copy / "messenger" / "helpers.py").unlink()

    assert linted.returncode == 1
    assert "helpers" in linted.stdout
