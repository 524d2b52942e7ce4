import fcntl
import os
import shutil
import time
from collections import deque
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from config.engines.places import Places
from config.engines.postgres import Postgres, start_postgres
from config.engines.processes import EngineError, Identity
from config.engines.valkey import Valkey, start_valkey

_FILES = ("attachments", "media", "mail")  # where config/settings.py puts what belongs to the rows
_AGAIN_AT_MOST, _AGAIN_WITHIN_S = 4, 60.0


class EngineSet:
    """PostgreSQL and Valkey of one state folder, for as long as this process lives.

    `durable=False` is for tests: commits then survive the death of processes, not of the machine. `major` asks for one
    version of PostgreSQL; without it, it is that of the data, else the newest that is here.
    """

    def __init__(
        self,
        state: Path,
        *,
        durable: bool = True,
        postgres_options: dict[str, str] | None = None,
        identity: Identity | None = None,
        major: int | None = None,
    ) -> None:
        self.places = Places(state)
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self._durable = durable
        self._postgres_options = postgres_options
        self._identity = identity
        self._major = major
        self._held = ExitStack()
        self._started_again_at: deque[float] = deque(maxlen=_AGAIN_AT_MOST)

    @property
    def database_url(self) -> str:
        return self.places.database_url

    @property
    def redis_url(self) -> str:
        return self.places.redis_url

    def start(self, *, postgres: bool = True, valkey: bool = True, fresh: bool = False) -> Self:
        """Take the state folder and start its engines; `fresh` forgets what it held before.

        :raises StateInUse: another process has taken this state folder.
        :raises EngineError: the folder cannot be made, an engine is missing or did not start.
        """
        with ExitStack() as unless_started:
            unless_started.callback(self.stop)
            self._take_state()
            if fresh:
                self._forget()
            if postgres:
                self._start_postgres()
            if valkey:
                self._start_valkey()
            unless_started.pop_all()
        return self

    def start_again(self) -> list[str]:
        """Start what ended by itself, and name it: PostgreSQL recovers what was committed, Valkey begins empty.

        :raises EngineError: it does not start, or ends again and again.
        """
        starts = {"PostgreSQL": (self.postgres, self._start_postgres), "Valkey": (self.valkey, self._start_valkey)}
        ended = [name for name, (engine, _) in starts.items() if engine and engine.process.poll() is not None]
        for name in ended:
            self._started_again_at.append(time.monotonic())
            first = self._started_again_at[0]
            if len(self._started_again_at) == _AGAIN_AT_MOST and time.monotonic() - first < _AGAIN_WITHIN_S:
                raise EngineError(f"{name} ended by itself again and again; its log is in {self.places.state}.")
            starts[name][1]()
        return ended

    def _start_postgres(self) -> None:
        self.postgres = start_postgres(
            self.places,
            durable=self._durable,
            options=self._postgres_options,
            identity=self._identity,
            major=self._major,
        )
        self._held.callback(self.postgres.stop)

    def _start_valkey(self) -> None:
        self.valkey = start_valkey(self.places)
        self._held.callback(self.valkey.stop)

    def stop(self) -> None:
        """Stop what was started, and let go of the state folder."""
        self._held.close()

    def __enter__(self) -> Self:
        return self if self.postgres or self.valkey else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _take_state(self) -> None:
        try:
            self.places.state.mkdir(parents=True, exist_ok=True)
            lock = self._held.enter_context(self.places.lock.open("a+"))
        except OSError as error:
            raise EngineError(f"The state folder {self.places.state} cannot be made: {error.strerror}.") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip()
            raise StateInUse(self.places.state, holder) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()

    def _forget(self) -> None:
        for folder in (self.places.postgres, self.places.valkey, *(self.places.state / name for name in _FILES)):
            shutil.rmtree(folder, ignore_errors=True)


class StateInUse(EngineError):
    """The state folder belongs to another running process."""

    def __init__(self, state: Path, holder: str) -> None:
        super().__init__(
            f"The state folder {state} is in use by process {holder}: stop that, or choose another with --state."
        )
