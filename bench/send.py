"""`bench send`: the main job under load, beside others."""

import argparse
import dataclasses
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.calibration import speed_index
from bench.contenders import Contender, all_contenders
from bench.engines import running_engines
from bench.figures import Window
from bench.goals import Outcome, all_goals, outcome_of
from bench.peers.packages import install_peers
from bench.report import goals_table, scenario_table, write_json
from bench.rounds import Bench
from bench.scenarios import SEND, Scenario
from bench.servers import Servers


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wish:
    """What was asked for on the command line."""

    quick: bool
    rounds: int
    repeats: int
    json: Path | None
    scenarios: list[str]
    contenders: list[str]
    door: str


def send(arguments: Sequence[str]) -> int:
    """Run the scenarios and print their tables and the goals; 1 where something that must be is not."""
    wish = _wish(arguments)
    scenarios = [
        _sized(_through(scenario, wish.door), wish)
        for scenario in SEND
        if not wish.scenarios or scenario.name in wish.scenarios
    ]
    contenders = all_contenders()
    install_peers(say=_say)
    # a Python that was built without optimisations takes a third longer for everything, the index included
    python = f"Python {platform.python_version()} of {sys.base_prefix}"
    print(f"machine speed index {speed_index():.2f} by {python}, {wish.rounds} rounds", flush=True)
    windows: list[Window] = []
    with tempfile.TemporaryDirectory(prefix="messenger-bench-") as folder:
        state = Path(folder)
        with running_engines(state) as engines:
            servers = Servers(engines=engines, state=state)
            bench = Bench(engines=engines, servers=servers, state=state, say=_say)
            try:
                for scenario in scenarios:
                    windows += _measured(scenario, bench=bench, contenders=contenders, wish=wish)
            finally:
                servers.stop_all()
    names = {scenario.name for scenario in scenarios}
    goals = [goal for goal in all_goals() if goal.scenario in names or not wish.scenarios]
    outcomes = [outcome_of(goal, windows) for goal in goals]
    print("\n" + goals_table(outcomes))
    if wish.json:
        write_json(wish.json, windows=windows, outcomes=outcomes)
    return _exit_code(windows, outcomes)


def _measured(scenario: Scenario, *, bench: Bench, contenders: dict[str, Contender], wish: Wish) -> list[Window]:
    asked = [name for name in scenario.contenders if not wish.contenders or name in wish.contenders]
    missing = {name: _why_missing(contenders.get(name)) for name in asked}
    present = [contenders[name] for name in asked if not missing[name]]
    if not present:
        return []
    print(f"\n{scenario.name}", flush=True)
    windows = bench.run(scenario=scenario, contenders=present, rounds=wish.rounds, repeats=wish.repeats)
    absent = {name: why for name, why in missing.items() if why}
    print(scenario_table(scenario=scenario, windows=windows, missing=absent), flush=True)
    return windows


def _why_missing(contender: Contender | None) -> str:
    if contender is None:
        return "there is no such contender"
    return f"{contender.missing} is missing" if contender.missing else ""


def _sized(scenario: Scenario, wish: Wish) -> Scenario:
    return scenario.quick() if wish.quick else scenario


def _through(scenario: Scenario, door: str) -> Scenario:
    """The scenario for a door: the Socket.IO one is measured beside the native one and the Node peers."""
    if door == "native":
        return scenario
    node = [name for name in scenario.contenders if name.startswith("node-")]
    return dataclasses.replace(scenario, contenders=("ours-uvicorn", "ours-socketio", *node))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _exit_code(windows: Sequence[Window], outcomes: Sequence[Outcome]) -> int:
    gate_held = not any(window.faults for window in windows)
    return 0 if gate_held and not any(outcome.must == "FAIL" for outcome in outcomes) else 1


def _wish(arguments: Sequence[str]) -> Wish:
    parser = argparse.ArgumentParser(prog="./dev bench send", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small and short: does it all work?")
    parser.add_argument("--rounds", type=int, help="windows for each contender and scenario (3; 1 with --quick)")
    parser.add_argument(
        "--repeats", type=int, help="disturbed rounds measured again, for each scenario (3; 0 with --quick)"
    )
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    parser.add_argument("--scenario", action="append", default=[], help="only this scenario (may be given again)")
    parser.add_argument("--contender", action="append", default=[], help="only this contender (may be given again)")
    parser.add_argument(
        "--door", choices=["native", "socketio"], default="native", help="the product's door that is measured"
    )
    found = parser.parse_args(arguments)
    return Wish(
        quick=found.quick,
        rounds=found.rounds or (1 if found.quick else 3),
        repeats=found.repeats if found.repeats is not None else (0 if found.quick else 3),
        json=found.json,
        scenarios=found.scenario,
        contenders=found.contender,
        door=found.door,
    )
