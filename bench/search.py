"""`./dev bench search`: the p95 of a page of search for an ordinary member, among a million messages."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bench.contenders import ROOT
from bench.engines import running_engines
from bench.searching.rows import fill

MUST_P95_MS: Final = 50.0
DATABASE: Final = "search"


def search(arguments: Sequence[str]) -> int:
    """Make the messages, time the pages, print each kind's figures and the plan; 1 where the p95 is too long."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder, running_engines(Path(folder)) as engines:
        engines.make_database(DATABASE)
        environment = {
            "DATABASE_URL": engines.database_url(DATABASE),
            "REDIS_URL": engines.redis_url,
            "MESSENGER_DEBUG": "on",
            "MESSENGER_RATE_LIMIT": "off",
            "MESSENGER_STATE": folder,
        }
        _python(environment, "manage.py", "migrate", "--verbosity", "0")
        fill(environment["DATABASE_URL"], messages=options.messages)
        found = json.loads(_python(environment, "-m", "bench.searching.pages", str(options.searches)))
    return _report(options.messages, found)


def _report(messages: int, found: dict[str, object]) -> int:
    times = found["times"]
    assert isinstance(times, dict)
    print(f"a page of 50 hits with its shapes, among {messages:,} messages, in ms")
    worst = 0.0
    for kind, values in times.items():
        p50, p95 = statistics.median(values), statistics.quantiles(values, n=20)[-1]
        worst = max(worst, p95)
        print(f"  {kind:14} p50 {p50:6.1f}   p95 {p95:6.1f}   max {max(values):6.1f}")
    plan = found["plan"]
    assert isinstance(plan, list)
    print("the plan of one:\n  " + "\n  ".join(plan))
    uses_index = not any("Seq Scan on messenger_message" in line for line in plan)
    print(f"no scan of all messages: {'yes' if uses_index else 'NO'}")
    print(f"p95 under {MUST_P95_MS:.0f} ms: {'PASS' if worst < MUST_P95_MS else 'FAIL'} ({worst:.1f})")
    return 0 if uses_index and worst < MUST_P95_MS else 1


def _python(environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr[-3000:]}")
    return done.stdout


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench search", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--searches", type=int, default=100, help="of each kind (100)")
    return parser.parse_args(arguments)
