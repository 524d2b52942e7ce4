import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

# sun_path holds 108 bytes on Linux and 104 elsewhere, with PostgreSQL's file name and a NUL
_LONGEST_SOCKET_FOLDER = 80


@dataclass(frozen=True)
class Places:
    """What lies where for the engines of one state folder; the same answer whether or not they run."""

    state: Path

    @property
    def home(self) -> Path:
        """The folder of the engines: the state folder, or where their user reaches them if it cannot enter that."""
        note = self.state / "engines-live-in"
        return Path(note.read_text()) if note.exists() else self.state.resolve()

    @property
    def sockets(self) -> Path:
        """The folder of both engines' sockets: in their home, or in /tmp where that path is too long."""
        inside = self.home / "run"
        if len(os.fsencode(inside)) <= _LONGEST_SOCKET_FOLDER:
            return inside
        return Path(tempfile.gettempdir()) / f"messenger-{digest_of(self.home)}"

    @property
    def postgres(self) -> Path:
        return self.home / "postgres"

    @property
    def valkey(self) -> Path:
        return self.home / "valkey"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def lock(self) -> Path:
        return self.state / "lock"

    @property
    def database_url(self) -> str:
        return f"postgresql://messenger@/messenger?host={self.sockets}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.valkey_socket}?db=0"

    def move_out(self) -> None:
        """Let the engines live in a folder of their own under /var/tmp, and note that in the state folder."""
        home = Path("/var/tmp") / f"messenger-{digest_of(self.state.resolve())}"
        home.mkdir(mode=0o711, exist_ok=True)
        if home.stat().st_uid != os.geteuid():
            raise PermissionError(f"{home} belongs to somebody else")
        (self.state / "engines-live-in").write_text(str(home))


def digest_of(path: Path) -> str:
    """Name a path shortly; two users' answers differ."""
    return hashlib.sha256(os.fsencode(path) + str(os.geteuid()).encode()).hexdigest()[:16]
