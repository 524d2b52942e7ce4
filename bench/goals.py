"""The goals table: each line of `goals.toml` against what was measured."""

import operator
import statistics
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from bench.figures import Window

Verdict = Literal["PASS", "FAIL", "not run"]
_FILE: Final = Path(__file__).with_name("goals.toml")
_COMPARISONS: Final[dict[str, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "<": operator.lt,
    ">": operator.gt,
}


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One line: a figure, or the ratio of two contenders' figures, and what it has to be."""

    name: str
    says: str
    scenario: str = ""
    measure: str = ""
    of: str = "ours-uvicorn"
    against: str = ""
    must: str = ""
    aim: str = ""
    later: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a goal: the figure of each round, and the verdicts."""

    goal: Goal
    values: list[float]
    must: Verdict
    aim: Verdict
    why: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values) if self.values else 0.0


def all_goals() -> list[Goal]:
    """Return the goals in the order of their file."""
    return [Goal(**fields) for fields in tomllib.loads(_FILE.read_text())["goal"]]


def outcome_of(goal: Goal, windows: Sequence[Window]) -> Outcome:
    """Compare a goal with all windows of a run; a window with faults fails it, a missing one leaves it open."""
    if goal.later:
        return Outcome(goal=goal, values=[], must="not run", aim="not run", why=f"not in this run: {goal.later}")
    ours = _by_round(windows, goal.scenario, goal.of)
    theirs = _by_round(windows, goal.scenario, goal.against) if goal.against else ours
    rounds = sorted(ours.keys() & theirs.keys())
    if not rounds:
        return Outcome(goal=goal, values=[], must="not run", aim="not run", why="not run")
    if any(ours[number].faults for number in rounds):
        return Outcome(goal=goal, values=[], must="FAIL", aim="FAIL", why=f"{goal.of} failed the gate")
    values = [
        _figure(ours[number], goal.measure) / (_figure(theirs[number], goal.measure) if goal.against else 1.0)
        for number in rounds
        if not theirs[number].faults and (not goal.against or _figure(theirs[number], goal.measure) > 0)
    ]
    if not values:
        return Outcome(goal=goal, values=[], must="not run", aim="not run", why=f"{goal.against} failed the gate")
    middle = statistics.median(values)
    return Outcome(goal=goal, values=values, must=_verdict(middle, goal.must), aim=_verdict(middle, goal.aim))


def _by_round(windows: Sequence[Window], scenario: str, contender: str) -> dict[int, Window]:
    return {window.round: window for window in windows if (window.scenario, window.contender) == (scenario, contender)}


def _figure(window: Window, measure: str) -> float:
    return float(getattr(window, measure))


def _verdict(value: float, claim: str) -> Verdict:
    if not claim:
        return "not run"
    comparison, bound = claim.split()
    return "PASS" if _COMPARISONS[comparison](value, float(bound)) else "FAIL"
