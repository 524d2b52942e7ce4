"""Runs schemathesis against a server: every phase, within a bound of time. What it found is in its words."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.fuzzing.hooks import TOKENS
from tests.ground.processes import ROOT

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
SECONDS = os.environ.get("MESSENGER_FUZZ_SECONDS", "20")
SEED = os.environ.get("MESSENGER_FUZZ_SEED", "4")
_CSRF = "abcdefghijklmnopqrstuvwxyz012345"


@dataclass(frozen=True)
class Findings:
    """What a run says at its end."""

    is_clean: bool
    selected: int
    tested: int
    cases: int
    words: str


def fuzz(document: Path, url: str, *, tokens: Path | None) -> Findings:
    """Fuzz what the document describes; without tokens as nobody, but with a CSRF token as every browser has one."""
    command = [str(Path(sys.executable).parent / "st"), "run", str(document), "--url", url]
    command += ["--max-time", SECONDS, "--seed", SEED, "--checks", ",".join(CHECKS), "--continue-on-failure"]
    command += ["--no-color", "--warnings", "off"]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.fuzzing.hooks"}
    surroundings.pop(TOKENS, None)
    if tokens is None:
        command += ["--header", f"X-CSRF-Token: {_CSRF}", "--header", f"Cookie: csrf={_CSRF}"]
    else:
        surroundings[TOKENS] = str(tokens)
    ran = subprocess.run(
        command, cwd=document.parent, env=surroundings, capture_output=True, text=True, check=False, timeout=280
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
