"""The bench itself, small: the product under load on engines of its own, everything compared with its tables."""

import json
from pathlib import Path

import pytest

from bench.send import send


@pytest.mark.slow
@pytest.mark.alone
def test_a_quick_run_counts_only_what_is_right(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"

    send(["--quick", "--contender", "ours-uvicorn", "--scenario", "pairs-50", "--json", str(figures)])

    (window,) = json.loads(figures.read_text())["windows"]
    assert (window["contender"], window["faults"]) == ("ours-uvicorn", [])
    assert window["delivered_per_s"] > 0
