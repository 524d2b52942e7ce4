"""`./dev check`: everything that must hold before a commit; what is quick comes first, the tests come last."""

import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_STEPS: dict[str, list[str]] = {
    "formatting": ["ruff", "format", "--check", "--quiet", "."],
    "lint": ["ruff", "check", "--quiet", "."],
    "import contracts": ["lint-imports", "--no-logo"],
    "types": ["mypy"],
}
_NODE_STEPS: dict[str, list[str]] = {
    "types of scripts": ["node_modules/.bin/tsc", "--project", "tsconfig.json"],
    "tests of scripts": ["node", "--test", "--test-reporter=dot", *sorted(map(str, _ROOT.glob("tests/js/*.test.js")))],
}

FEW = 16


def main(arguments: list[str]) -> int:
    """Run all steps, then the tests with `arguments`; return the exit code."""
    programs = Path(sys.executable).parent
    failed = [name for name, (program, *rest) in _STEPS.items() if not _holds(name, [str(programs / program), *rest])]
    failed += [name for name in _node_steps() if not _holds(name, _NODE_STEPS[name])]
    if failed:
        _say(f"Not green: {', '.join(failed)}. The tests were not run.")
        return 1
    _say("tests")
    return _tests(arguments)


def _tests(arguments: list[str]) -> int:
    """Run them; what fails, if it is little, once more and by itself."""
    code = _pytest(*arguments)
    if code == 1 and 0 < len(failed := _failed_tests()) <= FEW:
        _say(f"{len(failed)} failed: {', '.join(failed)}. They run once more, alone; what fails twice is red.")
        return _pytest(*arguments, "--last-failed", "--last-failed-no-failures", "none")
    return code


def _pytest(*arguments: str) -> int:
    return subprocess.run(["./dev", "test", *arguments], cwd=_ROOT, check=False).returncode


def _failed_tests() -> list[str]:
    """What failed in the last run, as pytest remembers it. Real servers and browsers share a busy machine's clock."""
    kept = _ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
    return list(json.loads(kept.read_text())) if kept.exists() else []


def _holds(name: str, command: list[str]) -> bool:
    started_at = time.monotonic()
    ended = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    is_green = ended.returncode == 0
    _say(f"{name}: {'green' if is_green else 'RED'} ({time.monotonic() - started_at:.1f} s)")
    if not is_green:
        sys.stdout.write(ended.stdout)
    return is_green


def _node_steps() -> list[str]:
    lock = hashlib.sha256((_ROOT / "package-lock.json").read_bytes()).hexdigest()
    note = _ROOT / "node_modules" / ".installed"
    if not note.exists() or note.read_text() != lock:
        _say("Installing development tools of the scripts (once)")
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=_ROOT, check=True)
        note.write_text(lock)
    return list(_NODE_STEPS)


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
