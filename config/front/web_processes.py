from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

AVOIDED_FOR_S = 1.0


@dataclass
class WebProcess:
    """One web process of this machine; avoided for a moment after it could not be reached."""

    name: str
    port: int
    avoided_until: float = 0.0


class WebProcesses:
    """Whom to ask: the process that a polling session lives in, else one after the other."""

    def __init__(self, processes: Sequence[WebProcess]) -> None:
        self._processes = list(processes)
        self._turns = count()

    def for_request(self, name: str, *, now: float) -> list[WebProcess]:
        """All processes, the first choice first; `name` is the session's process, empty where any will do."""
        turn = next(self._turns) % len(self._processes)
        in_turn = [*self._processes[turn:], *self._processes[:turn]]
        return sorted(in_turn, key=lambda process: (process.name != name, process.avoided_until > now))

    @staticmethod
    def avoid(process: WebProcess, *, now: float) -> None:
        """Ask others first for a moment: this one cannot be reached, or soon cannot be."""
        process.avoided_until = now + AVOIDED_FOR_S
