"""One window: empty the tables, spin, load, read the costs, judge."""

import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from bench import gate, processes, procfs, tables
from bench.calibration import speed_index
from bench.contenders import ROOT
from bench.engines import Engines
from bench.figures import Costs, Window, rates_of
from bench.generator.plan import Plan, Summary
from bench.generator.records import Records
from bench.scenarios import Scenario
from bench.servers import Server


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """CPU seconds of everything at one moment."""

    at: float
    server: float
    postgres: float
    valkey: float
    generator: float
    harness: float
    machine: float


def measure(*, server: Server, scenario: Scenario, round_number: int, engines: Engines, state: Path) -> Window:
    """Run one window of `scenario` against `server` and return its figures, or its faults."""
    name = server.contender.name
    records_file = state / f"{name}.records"
    plan = scenario.plan(
        population=server.population,
        protocol=server.contender.protocol,
        url=server.url,
        records=str(records_file),
    )
    tables.reset(database_url=server.tables_url, tables=server.contender.tables)
    speed = speed_index()
    memory_before_mb = procfs.memory_mb(server.process.pid)
    generator = _Generator(plan=plan, state=state, name=name)
    began, ended, memory_mb = generator.watch(server=server, engines=engines)
    costs = _costs(began, ended, memory_mb=memory_mb, memory_before_mb=memory_before_mb)
    summary = generator.summary()
    if summary is None:
        why = generator.log.read_text().strip().splitlines()[-1:]
        return Window(
            contender=name,
            scenario=scenario.name,
            round=round_number,
            speed=speed,
            costs=costs,
            faults=[f"the generator gave up: {' '.join(why)[:200]}"],
        )
    records = Records.read(records_file)
    records_file.unlink()
    faults = [*gate.faults_of_connections(summary), *_faults(server=server, plan=plan, records=records)]
    return Window(
        contender=name,
        scenario=scenario.name,
        round=round_number,
        speed=speed,
        costs=costs,
        connect_s=summary.connect_s,
        sockets=summary.connected,
        faults=faults,
        **asdict(rates_of(records=records, summary=summary)),
    )


def _faults(*, server: Server, plan: Plan, records: Records) -> list[str]:
    url, held = server.tables_url, server.contender.tables
    match plan.kind:
        case "closed" | "open":
            return gate.faults_of_messages(
                plan=plan,
                records=records,
                stored=tables.stored_in(database_url=url, tables=held),
                counters=tables.counters_in(database_url=url, tables=held),
            )
        case "reads":
            pointers = tables.pointers_in(database_url=url, tables=held)
            return gate.faults_of_pointers(plan=plan, records=records, pointers=pointers)
        case "typing":
            return gate.faults_of_signals(records=records)
        case "idle":
            return []


class _Generator:
    """The generator's process, watched from its first mark to its last."""

    def __init__(self, *, plan: Plan, state: Path, name: str) -> None:
        self.log = state / f"{name}.generator.log"
        self._plan_file = state / f"{name}.plan.json"
        self._summary_file = state / f"{name}.summary.json"
        self._plan_file.write_bytes(msgspec.json.encode(plan))
        self._summary_file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "bench.generator", str(self._plan_file), str(self._summary_file)]
        self._process = processes.start(command, folder=ROOT, environment={}, log=self.log, pipe=True)

    def watch(self, *, server: Server, engines: Engines) -> tuple[_Reading, _Reading, float]:
        """Return readings of the window's two ends, and the server's memory when it ended."""
        readings: dict[str, _Reading] = {}
        memory_mb = 0.0
        try:
            for line in self._process.stdout or ():
                mark = line.strip()
                readings[mark] = self._read(server=server, engines=engines)
                if mark == "end":
                    memory_mb = procfs.memory_mb(server.process.pid)
            self._process.wait()
        finally:
            processes.stop(self._process)
            if self._process.stdout is not None:
                self._process.stdout.close()
        nothing = _Reading(at=0, server=0, postgres=0, valkey=0, generator=0, harness=0, machine=0)
        return readings.get("window", nothing), readings.get("end", nothing), memory_mb

    def summary(self) -> Summary | None:
        """Return what the generator says of it, `None` where it gave up."""
        if not self._summary_file.exists():
            return None
        return msgspec.json.decode(self._summary_file.read_bytes(), type=Summary)

    def _read(self, *, server: Server, engines: Engines) -> _Reading:
        return _Reading(
            at=time.monotonic(),
            server=procfs.busy_s(server.process.pid),
            postgres=procfs.busy_s(engines.postgres_pid),
            valkey=procfs.busy_s(engines.valkey_pid),
            generator=procfs.busy_s(self._process.pid),
            harness=procfs.own_busy_s(os.getpid()),
            machine=procfs.machine_busy_s(),
        )


def _costs(began: _Reading, ended: _Reading, *, memory_mb: float, memory_before_mb: float) -> Costs:
    took = max(ended.at - began.at, 0.001)
    server = (ended.server - began.server) / took
    postgres = (ended.postgres - began.postgres) / took
    valkey = (ended.valkey - began.valkey) / took
    generator = (ended.generator - began.generator) / took
    harness = (ended.harness - began.harness) / took
    machine = (ended.machine - began.machine) / took
    return Costs(
        server_cores=server,
        postgres_cores=postgres,
        valkey_cores=valkey,
        generator_cores=generator,
        other_cores=max(0.0, machine - server - postgres - valkey - generator - harness),
        memory_mb=memory_mb,
        memory_before_mb=memory_before_mb,
    )
