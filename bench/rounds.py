"""Rounds: every contender once, in turn, A B C A B C, so that a machine that drifts drifts for all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench.calibration import speed_index
from bench.contenders import Contender
from bench.engines import Engines
from bench.figures import Costs, Window
from bench.processes import DidNotStart
from bench.scenarios import Scenario
from bench.servers import Servers
from bench.windows import measure

SPEED_MAY_MOVE_BY: Final = 0.10
OTHERS_MAY_TAKE_CORES: Final = 0.3

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What a run needs: the engines, the contenders' servers, a folder, and somebody to tell how it goes."""

    engines: Engines
    servers: Servers
    state: Path
    say: Say

    def run(self, *, scenario: Scenario, contenders: Sequence[Contender], rounds: int, repeats: int) -> list[Window]:
        """Measure every contender `rounds` times; a disturbed round again, `repeats` times in all."""
        kept: list[Window] = []
        for number in range(1, rounds + 1):
            windows, disturbance = self._round(scenario=scenario, contenders=contenders, number=number)
            while disturbance and repeats > 0:
                self.say(f"  round {number} again: {disturbance}")
                repeats -= 1
                windows, disturbance = self._round(scenario=scenario, contenders=contenders, number=number)
            kept += [replace(window, disturbance=disturbance) for window in windows]
        for contender in contenders:
            self.servers.stop(contender.name)
        return kept

    def _round(self, *, scenario: Scenario, contenders: Sequence[Contender], number: int) -> tuple[list[Window], str]:
        windows = [self._window(scenario=scenario, contender=contender, number=number) for contender in contenders]
        speeds = [*(window.speed for window in windows), speed_index()]
        moved = max(speeds) / min(speeds) - 1
        others = max(window.costs.other_cores for window in windows)
        if moved > SPEED_MAY_MOVE_BY:
            return windows, f"the machine's speed moved by {moved:.0%}"
        if others > OTHERS_MAY_TAKE_CORES:
            return windows, f"other processes took {others:.2f} core"
        return windows, ""

    def _window(self, *, scenario: Scenario, contender: Contender, number: int) -> Window:
        if scenario.is_fresh:
            self.servers.stop(contender.name)
        try:
            server = self.servers.running(contender)
        except DidNotStart as failure:
            self.say(f"  {contender.name} did not start: {failure}")
            return _not_started(scenario=scenario, contender=contender, number=number)
        window = measure(server=server, scenario=scenario, round_number=number, engines=self.engines, state=self.state)
        self.say(f"  round {number} {contender.name}: {_in_short(window)}")
        if window.faults:
            self.say(self.servers.last_words_of(contender.name))
        if scenario.is_fresh or window.faults:
            self.servers.stop(contender.name)
        return window


def _in_short(window: Window) -> str:
    if window.faults:
        return f"FAIL: {'; '.join(window.faults)}"
    if window.acknowledged_per_s:
        return f"{window.delivered_per_s:,.0f} delivered/s, p50 {window.p50_ms:.1f} ms, p99 {window.p99_ms:.1f} ms"
    return f"{window.sockets} sockets in {window.connect_s:.1f} s, {window.memory_mb:.0f} MB"


def _not_started(*, scenario: Scenario, contender: Contender, number: int) -> Window:
    nothing = Costs(
        server_cores=0,
        postgres_cores=0,
        valkey_cores=0,
        generator_cores=0,
        other_cores=0,
        memory_mb=0,
        memory_before_mb=0,
    )
    return Window(
        contender=contender.name,
        scenario=scenario.name,
        round=number,
        speed=speed_index(),
        costs=nothing,
        faults=["did not start"],
    )
