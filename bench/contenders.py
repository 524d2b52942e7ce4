"""Who is measured: one small file each under `contenders/`."""

import os
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
_FOLDER: Final = ROOT / "bench" / "contenders"
SECRET: Final = "bench-secret-that-signs-the-tokens-of-nobody-real-at-all"


@dataclass(frozen=True, kw_only=True)
class Tables:
    """The contender's tables, as statements; what a contender does not store is empty."""

    reset: str = ""
    stored: str = ""
    counters: str = ""
    pointers: str = ""


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One server to measure: how it is started, filled, spoken to and looked into."""

    name: str
    title: str
    protocol: str
    path: str
    database: str
    folder: str
    command: list[str]
    population: list[str]
    requires: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    tables: Tables = field(default_factory=Tables)

    @property
    def missing(self) -> str | None:
        """Return the first thing that it needs and this machine lacks, `None` where all is there."""
        return next((needed for needed in self.requires if not (ROOT / needed).exists()), None)

    def environment_with(self, *, database_url: str, redis_url: str, port: int, state: Path) -> dict[str, str]:
        """Return its environment, the places of this run filled in."""
        return {
            name: self._fill(value, database_url, redis_url, port, state) for name, value in self.environment.items()
        }

    def command_with(self, *, port: int) -> list[str]:
        """Return what starts it."""
        return [self._fill(word, "", "", port, Path()) for word in self.command]

    def population_with(self, *, out: Path) -> list[str]:
        """Return what fills its tables and writes who may sign in to `out`."""
        return [*(self._fill(word, "", "", 0, Path()) for word in self.population), str(out)]

    @staticmethod
    def _fill(text: str, database_url: str, redis_url: str, port: int, state: Path) -> str:
        places = {
            "{python}": sys.executable,
            "{bin}": str(Path(sys.executable).parent),
            "{database_url}": database_url,
            "{redis_url}": redis_url,
            "{port}": str(port),
            "{state}": str(state),
            "{secret}": SECRET,
            "{root}": str(ROOT),
        }
        for name, value in places.items():
            text = text.replace(name, value)
        return os.path.expanduser(text)


def all_contenders() -> dict[str, Contender]:
    """Return every contender that there is a file for, by name."""
    found = (_read(path) for path in sorted(_FOLDER.glob("*.toml")))
    return {contender.name: contender for contender in found}


def _read(path: Path) -> Contender:
    fields = tomllib.loads(path.read_text())
    tables = Tables(**fields.pop("tables", {}))
    return Contender(tables=tables, **fields)
