"""Runs schemathesis against a server: every phase, within a bound of cases. What it found is in its words."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.fuzzing.hooks import TOKENS
from tests.ground.processes import ROOT

SEED = os.environ.get("MESSENGER_FUZZ_SEED", "4")
_CONFIG = Path(__file__).with_name("schemathesis.toml")
_CSRF = "abcdefghijklmnopqrstuvwxyz012345"


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How much is tried: the phases, generated cases of an operation, and seconds after which something hangs."""

    phases: str
    examples: int
    seconds: int


FULL = Bounds(phases="examples,coverage,fuzzing,stateful", examples=60, seconds=3600)
WITH_COVERAGE = Bounds(phases=FULL.phases, examples=3, seconds=600)
SHORT = Bounds(phases="examples,fuzzing,stateful", examples=3, seconds=600)


@dataclass(frozen=True)
class Findings:
    """What a run says at its end."""

    is_clean: bool
    selected: int
    tested: int
    cases: int
    words: str


def fuzz(document: Path, url: str, *, tokens: Path | None, bounds: Bounds) -> Findings:
    """Fuzz what the document describes; without tokens as nobody, but with a CSRF token as every browser has one."""
    command = [str(Path(sys.executable).parent / "st"), "--config-file", str(_CONFIG), "--no-color"]
    command += ["run", str(document), "--url", url, "--seed", SEED]
    command += ["--phases", bounds.phases, "--max-examples", str(bounds.examples), "--continue-on-failure"]
    command += ["--generation-database", "none", "--warnings", "off"]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.fuzzing.hooks"}
    surroundings.pop(TOKENS, None)
    if tokens is None:
        command += ["--header", f"X-CSRF-Token: {_CSRF}", "--header", f"Cookie: csrf={_CSRF}"]
    else:
        surroundings[TOKENS] = str(tokens)
    ran = subprocess.run(
        command,
        cwd=document.parent,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
        timeout=bounds.seconds,
    )
    words = ran.stdout + ran.stderr
    return Findings(
        is_clean=ran.returncode == 0,
        selected=_number(r"Selected: \d+/(\d+)", words),
        tested=_number(r"Tested: (\d+)", words),
        cases=_number(r"(\d+) generated", words),
        words=words,
    )


def _number(pattern: str, words: str) -> int:
    found = re.search(pattern, words)
    return int(found[1]) if found else 0
