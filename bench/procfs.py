"""What processes cost, read from /proc."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_PROC: Final = Path("/proc")


@dataclass(frozen=True)
class _Stat:
    parent: int
    busy_ticks: int


def _stat_of(pid: int) -> _Stat | None:
    try:
        line = (_PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = line[line.rindex(")") + 2 :].split()
    # with what its own ended children took
    return _Stat(parent=int(fields[1]), busy_ticks=sum(int(field) for field in fields[11:15]))


def tree_of(pid: int) -> list[int]:
    """Return `pid` and everything below it that runs now."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir(_PROC):
        if entry.isdigit():
            stat = _stat_of(int(entry))
            if stat is not None:
                children.setdefault(stat.parent, []).append(int(entry))
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += children.get(one, [])
    return found


def busy_s(pid: int) -> float:
    """Return the CPU seconds that `pid` and everything below it have taken since they started."""
    stats = [_stat_of(one) for one in tree_of(pid)]
    return sum(stat.busy_ticks for stat in stats if stat is not None) / _TICKS_PER_S


def own_busy_s(pid: int) -> float:
    """Return the CPU seconds that `pid` alone has taken."""
    fields = (_PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def machine_busy_s() -> float:
    """Return the CPU seconds that everything on this machine has taken, what a host stole included."""
    fields = [int(field) for field in (_PROC / "stat").read_text().splitlines()[0].split()[1:]]
    user, nice, system, _idle, _iowait, irq, softirq, steal = fields[:8]
    return (user + nice + system + irq + softirq + steal) / _TICKS_PER_S


def memory_mb(pid: int) -> float:
    """Return the memory that `pid` and everything below it hold, shared pages counted by their share."""
    total_kb = 0
    for one in tree_of(pid):
        try:
            rollup = (_PROC / str(one) / "smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total_kb += next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
    return total_kb / 1024
