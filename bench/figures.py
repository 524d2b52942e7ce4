"""From records to the figures of one window."""

from dataclasses import dataclass, field
from typing import Final

from bench.generator.plan import Summary
from bench.generator.records import Records

GENERATOR_IS_THE_LIMIT_AT: Final = 0.85


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What each part of the machine took during one window: cores, and memory in MB."""

    server_cores: float
    postgres_cores: float
    valkey_cores: float
    generator_cores: float
    other_cores: float
    memory_mb: float
    memory_before_mb: float


@dataclass(frozen=True, kw_only=True)
class Window:
    """One window of one contender: the figures, or the faults that forbid any."""

    contender: str
    scenario: str
    round: int
    speed: float
    costs: Costs
    connect_s: float = 0.0
    sockets: int = 0
    acknowledged_per_s: float = 0.0
    delivered_per_s: float = 0.0
    receipts_per_s: float = 0.0
    p50_ms: float = 0.0
    p90_ms: float = 0.0
    p99_ms: float = 0.0
    max_ms: float = 0.0
    faults: list[str] = field(default_factory=list)
    disturbance: str = ""

    @property
    def is_limited_by_the_generator(self) -> bool:
        return self.costs.generator_cores >= GENERATOR_IS_THE_LIMIT_AT

    @property
    def receipts_per_core_s(self) -> float:
        return self.receipts_per_s / max(self.costs.server_cores, 0.001)

    @property
    def kb_per_socket(self) -> float:
        return (self.costs.memory_mb - self.costs.memory_before_mb) * 1024 / max(self.sockets, 1)

    @property
    def memory_mb(self) -> float:
        return self.costs.memory_mb

    @property
    def server_cores(self) -> float:
        return self.costs.server_cores


@dataclass(frozen=True, kw_only=True)
class Rates:
    """How much of what happened in the window, and how long it took to arrive."""

    acknowledged_per_s: float
    delivered_per_s: float
    receipts_per_s: float
    p50_ms: float
    p90_ms: float
    p99_ms: float
    max_ms: float


def rates_of(*, records: Records, summary: Summary) -> Rates:
    """Return rates and latencies of the window.

    A latency runs from the moment at which a message was meant to leave until another socket than the sender's has it;
    what was meant to leave in the window counts, however late it came.
    """
    begin, end = summary.window_from, summary.window_to
    operations, receipts = records.operations, records.receipts
    latencies = sorted(
        1000 * (at - operations.intended[key])
        for key, socket, at in zip(receipts.key, receipts.socket, receipts.at, strict=True)
        if socket != operations.sender[key] and begin <= operations.intended[key] < end
    )
    took = end - begin
    return Rates(
        acknowledged_per_s=sum(1 for at in operations.answered if begin <= at < end) / took,
        delivered_per_s=sum(1 for at in operations.complete if begin <= at < end) / took,
        receipts_per_s=sum(1 for at in receipts.at if begin <= at < end) / took,
        p50_ms=_at_share(latencies, 0.50),
        p90_ms=_at_share(latencies, 0.90),
        p99_ms=_at_share(latencies, 0.99),
        max_ms=latencies[-1] if latencies else 0.0,
    )


def _at_share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
