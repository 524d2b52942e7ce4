import asyncio
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management import CommandParser
from django.core.management.base import BaseCommand

from config.proof.runs import Outcome, Run
from config.proof.stage import Stage

_SHOWN = 40


class Command(BaseCommand):
    """Prove sync here: real clients on real servers, all sorts of trouble, and at the end not one difference."""

    help = "Let clients live through lost events, kills and a restored backup, and compare them with fresh loads."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--runs", type=int, default=20, help="number of runs; each has the next seed (20)")
        parser.add_argument("--seed", type=int, default=1, help="seed of the first run (1)")

    def handle(self, *_: object, **options: Any) -> None:
        started_at = time.monotonic()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _leave)
        seeds = range(options["seed"], options["seed"] + options["runs"])
        with (
            tempfile.TemporaryDirectory(prefix="messenger-proof-", ignore_cleanup_errors=True) as folder,
            Stage(Path(folder)) as stage,
        ):
            outcomes = asyncio.run(self._play(stage, seeds))
            complaints = stage.complaints()
        self._sum_up(outcomes, seconds=time.monotonic() - started_at)
        self.judge(outcomes, complaints)

    def judge(self, outcomes: list[Outcome], complaints: list[str]) -> None:
        """End quietly where all was well.

        :raises SystemExit: a copy differed, or a server logged an error.
        """
        for line in complaints[:_SHOWN]:
            self._say(f"  a server complained: {line}")
        failed = [outcome.seed for outcome in outcomes if outcome.differences]
        if failed:
            self._say(f"NOT EQUAL after seed {', '.join(map(str, failed))}: --runs 1 --seed {failed[0]}")
        if failed or complaints:
            raise SystemExit(1)

    async def _play(self, stage: Stage, seeds: range) -> list[Outcome]:
        outcomes = []
        for seed in seeds:
            await stage.sign_in()
            started_at = time.monotonic()
            outcome = await Run(stage, seed).play()
            outcomes.append(outcome)
            self.tell(outcome, seconds=time.monotonic() - started_at)
        return outcomes

    def tell(self, outcome: Outcome, *, seconds: float) -> None:
        """Say how a run ended, and where it did not end well, what differs and what the client had heard."""
        verdict = f"{len(outcome.differences)} DIFFERENCES" if outcome.differences else "equal"
        self._say(f"seed {outcome.seed} {outcome.kind}: {verdict} ({seconds:.1f} s)")
        for line in outcome.differences[:_SHOWN]:
            self._say(f"  {line}")
        for whose, lines in outcome.histories.items():
            self._say("\n    ".join([f"  what {whose}, heard last:", *lines]))

    def _sum_up(self, outcomes: list[Outcome], *, seconds: float) -> None:
        done: Counter[str] = sum((outcome.done for outcome in outcomes), Counter())
        healed = sorted(second for outcome in outcomes for second in outcome.healed_after_s)
        self._say(f"{len(outcomes)} runs in {seconds:.0f} s; {done.total()} deeds: {dict(done.most_common())}")
        if healed:
            median, slowest = healed[len(healed) // 2], healed[-1]
            self._say(f"{len(healed)} holes healed, the median after {median:.2f} s, the slowest after {slowest:.2f} s")
        shown = sum(outcome.shown_by_heartbeats for outcome in outcomes)
        connections = sum(outcome.connections for outcome in outcomes)
        self._say(f"{shown} conversations mended after a heartbeat; {connections} connections")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Leave nothing behind: not a process, not a folder."""
    raise SystemExit(130)
