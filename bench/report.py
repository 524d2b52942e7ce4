"""The tables that a run prints, and the file that it writes."""

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from bench.figures import Window
from bench.goals import Outcome
from bench.scenarios import Scenario

_HEADS: Final = (
    "contender",
    "ack/s",
    "delivered/s",
    "receipts/s",
    "p50",
    "p90",
    "p99",
    "max ms",
    "server",
    "pg",
    "valkey",
    "gen",
    "others",
    "MB",
    "remarks",
)
_IDLE_HEADS: Final = (
    "contender",
    "sockets",
    "connected in s",
    "sockets/s",
    "MB",
    "KB a socket",
    "server",
    "others",
    "remarks",
)

Line = tuple[str, ...]


def scenario_table(*, scenario: Scenario, windows: Sequence[Window], missing: dict[str, str]) -> str:
    """Return the table of one scenario: medians over the rounds, then each contender's ratio to ours."""
    heads, line = (_IDLE_HEADS, _idle_line) if scenario.kind == "idle" else (_HEADS, _load_line)
    names = list(dict.fromkeys(window.contender for window in windows))
    lines: list[Line] = [line([window for window in windows if window.contender == name]) for name in names]
    lines += [(name, f"not run: {why}") for name, why in missing.items()]
    parts = [f"{scenario.name}: {scenario.says}", _aligned([heads, *lines])]
    if scenario.kind in ("closed", "open") and "ours-uvicorn" in names:
        ratios = [_ratio_line(windows, name) for name in names if name != "ours-uvicorn"]
        parts += [line for line in ratios if line]
    return "\n".join(parts)


def goals_table(outcomes: Sequence[Outcome]) -> str:
    """Return PASS or FAIL for each goal."""
    lines: list[Line] = [("goal", "measure", "median [min..max]", "must", "", "aim", "")]
    for outcome in outcomes:
        goal = outcome.goal
        reached = _spread(outcome.values) if outcome.values else outcome.why
        must = outcome.must if goal.must else ""
        aim = outcome.aim if goal.aim else ""
        lines.append((goal.name, goal.says, reached, goal.must, must, goal.aim, aim))
    return _aligned(lines)


def write_json(path: Path, *, windows: Sequence[Window], outcomes: Sequence[Outcome]) -> None:
    """Write every window and every goal's figures to `path`."""
    content = {
        "windows": [asdict(window) for window in windows],
        "goals": [asdict(outcome) | {"median": outcome.median} for outcome in outcomes],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1))


def _load_line(windows: Sequence[Window]) -> Line:
    if any(window.faults for window in windows):
        return _failed(windows)
    return (
        windows[0].contender,
        *(f"{_middle(windows, figure):,.0f}" for figure in _RATES),
        *(f"{_middle(windows, figure):.1f}" for figure in _LATENCIES),
        *(f"{_middle(windows, figure):.2f}" for figure in _CORES),
        f"{_middle(windows, _memory):.0f}",
        _remarks(windows),
    )


def _idle_line(windows: Sequence[Window]) -> Line:
    if any(window.faults for window in windows):
        return _failed(windows)
    return (
        windows[0].contender,
        f"{windows[0].sockets:,}",
        f"{_middle(windows, lambda window: window.connect_s):.1f}",
        f"{_middle(windows, lambda window: window.sockets / max(window.connect_s, 0.001)):,.0f}",
        f"{_middle(windows, _memory):.0f}",
        f"{_middle(windows, lambda window: window.kb_per_socket):.1f}",
        f"{_middle(windows, lambda window: window.costs.server_cores):.2f}",
        f"{_middle(windows, lambda window: window.costs.other_cores):.2f}",
        _remarks(windows),
    )


def _memory(window: Window) -> float:
    return window.memory_mb


_RATES: Final[tuple[Callable[[Window], float], ...]] = (
    lambda window: window.acknowledged_per_s,
    lambda window: window.delivered_per_s,
    lambda window: window.receipts_per_s,
)
_LATENCIES: Final[tuple[Callable[[Window], float], ...]] = (
    lambda window: window.p50_ms,
    lambda window: window.p90_ms,
    lambda window: window.p99_ms,
    lambda window: window.max_ms,
)
_CORES: Final[tuple[Callable[[Window], float], ...]] = (
    lambda window: window.costs.server_cores,
    lambda window: window.costs.postgres_cores,
    lambda window: window.costs.valkey_cores,
    lambda window: window.costs.generator_cores,
    lambda window: window.costs.other_cores,
)


def _middle(windows: Sequence[Window], figure: Callable[[Window], float]) -> float:
    return statistics.median(figure(window) for window in windows)


def _failed(windows: Sequence[Window]) -> Line:
    faults = list(dict.fromkeys(fault for window in windows for fault in window.faults))
    return windows[0].contender, "FAIL", "; ".join(faults[:4])


def _remarks(windows: Sequence[Window]) -> str:
    remarks = []
    if any(window.is_limited_by_the_generator for window in windows):
        remarks.append("the generator was the limit")
    disturbed = [window.disturbance for window in windows if window.disturbance]
    if disturbed:
        remarks.append(f"{len(disturbed)} of {len(windows)} rounds disturbed")
    return ", ".join(remarks)


def _ratio_line(windows: Sequence[Window], name: str) -> str:
    ours = {window.round: window for window in windows if window.contender == "ours-uvicorn" and not window.faults}
    theirs = {window.round: window for window in windows if window.contender == name and not window.faults}
    rounds = [number for number in sorted(ours.keys() & theirs.keys()) if theirs[number].delivered_per_s]
    if not rounds:
        return ""
    rates = [ours[number].delivered_per_s / theirs[number].delivered_per_s for number in rounds]
    medians = [ours[number].p50_ms / max(theirs[number].p50_ms, 0.001) for number in rounds]
    tails = [ours[number].p99_ms / max(theirs[number].p99_ms, 0.001) for number in rounds]
    return f"  ours-uvicorn / {name}: delivered/s {_spread(rates)}, p50 {_spread(medians)}, p99 {_spread(tails)}"


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} [{min(values):.2f}..{max(values):.2f}]"


def _aligned(lines: Sequence[Line]) -> str:
    full = [line for line in lines if len(line) == len(lines[0])]
    widths = [max(len(line[column]) for line in full) for column in range(len(lines[0]))]
    widths[0] = max(widths[0], *(len(line[0]) for line in lines))
    return "\n".join(
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=False)).rstrip()
        for line in lines
    )
