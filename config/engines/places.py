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
    def sockets(self) -> Path:
        """The folder of both engines' sockets: in the state folder, or in /tmp where that path is too long."""
        inside = self.state.resolve() / "run"
        if len(os.fsencode(inside)) <= _LONGEST_SOCKET_FOLDER:
            return inside
        digest = hashlib.sha256(os.fsencode(inside)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"messenger-{os.geteuid()}-{digest}"

    @property
    def postgres(self) -> Path:
        return self.state.resolve() / "postgres"

    @property
    def valkey(self) -> Path:
        return self.state.resolve() / "valkey"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def database_url(self) -> str:
        return f"postgresql://messenger@/messenger?host={self.sockets}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.valkey_socket}?db=0"
