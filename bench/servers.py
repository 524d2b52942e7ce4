"""The contenders' servers of one run: filled once, started when asked for, stopped by their process."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import processes
from bench.contenders import ROOT, Contender
from bench.engines import Engines
from bench.population import Population, read_population

_LAST_WORDS: Final = 1_500


@dataclass(frozen=True, kw_only=True)
class Server:
    """A contender that runs."""

    contender: Contender
    process: subprocess.Popen[str]
    port: int
    tables_url: str
    population: Population

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}{self.contender.path}"


class Servers:
    """All of them, by name."""

    def __init__(self, *, engines: Engines, state: Path) -> None:
        self._engines = engines
        self._state = state
        self._running: dict[str, Server] = {}
        self._populations: dict[str, Population] = {}
        self._databases: set[str] = set()

    def running(self, contender: Contender) -> Server:
        """Return the contender's server, started if it was not.

        :raises DidNotStart: it cannot be filled or started.
        """
        server = self._running.get(contender.name)
        if server is None or server.process.poll() is not None:
            server = self._running[contender.name] = self._start(contender)
        return server

    def stop(self, name: str) -> None:
        """Stop one, if it runs."""
        server = self._running.pop(name, None)
        if server is not None:
            processes.stop(server.process)

    def stop_all(self) -> None:
        """Stop all that run."""
        for name in list(self._running):
            self.stop(name)

    def last_words_of(self, name: str) -> str:
        """Return the end of what the server printed."""
        log = self._log_of(name)
        return log.read_text(errors="replace")[-_LAST_WORDS:] if log.exists() else ""

    def _log_of(self, name: str) -> Path:
        return self._state / f"{name}.log"

    def _start(self, contender: Contender) -> Server:
        port, database_url = processes.free_port(), self._engines.database_url(contender.database)
        environment = contender.environment_with(
            database_url=database_url, redis_url=self._engines.redis_url, port=port, state=self._state
        )
        log = self._log_of(contender.name)
        population = self._populated(contender, environment)
        process = processes.start(
            contender.command_with(port=port), folder=ROOT / contender.folder, environment=environment, log=log
        )
        try:
            processes.wait_until_listening(process, port=port, log=log)
        except processes.DidNotStart:
            processes.stop(process)
            raise
        return Server(
            contender=contender,
            process=process,
            port=port,
            tables_url=self._engines.database_url(contender.database, user="postgres"),
            population=population,
        )

    def _populated(self, contender: Contender, environment: dict[str, str]) -> Population:
        if contender.name not in self._populations:
            if contender.database not in self._databases:
                self._engines.make_database(contender.database)
                self._databases.add(contender.database)
            out = self._state / f"{contender.name}.population.json"
            command = contender.population_with(out=out)
            processes.run(command, folder=ROOT, environment=environment, log=self._log_of(contender.name))
            self._populations[contender.name] = read_population(out)
        return self._populations[contender.name]
