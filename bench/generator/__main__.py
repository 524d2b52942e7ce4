"""Run one plan: `python -m bench.generator PLAN SUMMARY`; each line printed marks a moment for the harness."""

import asyncio
import gc
import resource
import sys
import time
from pathlib import Path
from typing import Final

import msgspec
import uvloop
from picows import WSHandshakeError

from bench.generator.clients import Fleet
from bench.generator.loads import ClosedLoop, Filling, OpenLoop
from bench.generator.plan import Mark, Plan, Summary, read_plan
from bench.generator.protocols import wire_called
from bench.generator.records import Records
from bench.generator.signals import Reads, Signals, Typing

_LOOK_EVERY_S: Final = 0.01
_LATE_EVENTS_S: Final = 0.2

AnyLoad = ClosedLoop | OpenLoop | Signals


async def run(plan: Plan) -> tuple[Summary, Records]:
    """Connect everybody, load, wait for what is under way; return what came of it."""
    fleet = Fleet(plan=plan, wire=wire_called(plan.protocol))
    began = time.perf_counter()
    await fleet.connect()
    connect_s = time.perf_counter() - began
    _mark("connected")
    records = Records()
    if plan.kind == "reads":
        await _fill(plan=plan, fleet=fleet)
    load = _load_of(plan=plan, fleet=fleet, records=records)
    if load is not None:
        fleet.serve(load)
        load.start()
    await asyncio.sleep(plan.warmup_s)
    window_from, busy_from = _mark("window"), _busy_s()
    await asyncio.sleep(plan.window_s)
    window_to, busy_to = _mark("end"), _busy_s()
    if load is not None:
        load.stop()
        await _settle(load, within_s=plan.drain_s)
    _mark("drained")
    lost = {"lost": fleet.lost} if fleet.lost else {}
    fleet.close()
    return Summary(
        connect_s=connect_s,
        window_from=window_from,
        window_to=window_to,
        cpu_cores=(busy_to - busy_from) / (window_to - window_from),
        connected=len(fleet.clients),
        refusals=dict(load.refusals) if load else {},
        closes=dict(fleet.closes) | lost,
        repeated_answers=load.repeated_answers if load else 0,
        unmatched=load.unmatched if load else 0,
    ), records


def _load_of(*, plan: Plan, fleet: Fleet, records: Records) -> AnyLoad | None:
    if plan.kind == "idle":
        return None
    kinds: dict[str, type[ClosedLoop] | type[OpenLoop] | type[Reads] | type[Typing]] = {
        "closed": ClosedLoop,
        "open": OpenLoop,
        "reads": Reads,
        "typing": Typing,
    }
    return kinds[plan.kind](plan=plan, fleet=fleet, records=records)


async def _fill(*, plan: Plan, fleet: Fleet) -> None:
    filling = Filling(plan=plan, fleet=fleet, records=Records())
    fleet.serve(filling)
    filling.start()
    await _settle(filling, within_s=plan.drain_s)
    if not filling.is_settled or filling.refusals:
        raise ConnectionError(f"the messages to read were not taken: {dict(filling.refusals)}")


async def _settle(load: AnyLoad | Filling, *, within_s: float) -> None:
    until = time.perf_counter() + within_s
    while not load.is_settled and time.perf_counter() < until:
        await asyncio.sleep(_LOOK_EVERY_S)
    await asyncio.sleep(_LATE_EVENTS_S)  # what comes twice comes late


def _mark(moment: Mark) -> float:
    print(moment, flush=True)
    return time.perf_counter()


def _busy_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Read the plan, run it, write summary and records."""
    plan = read_plan(Path(sys.argv[1]))
    gc.freeze()
    gc.disable()
    try:
        summary, records = uvloop.run(run(plan))
    except* (OSError, WSHandshakeError, TimeoutError) as failures:
        sys.exit(f"{len(failures.exceptions)} sockets not signed in: {failures.exceptions[0]!r}")
    if plan.records:
        records.write(Path(plan.records))
    Path(sys.argv[2]).write_bytes(msgspec.json.encode(summary))


if __name__ == "__main__":
    main()
