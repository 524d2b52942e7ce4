"""What is asked of each contender."""

from dataclasses import dataclass, replace
from typing import Final

from bench.generator.plan import Kind, Person, Plan, Room
from bench.population import PAIRS, PEOPLE, ROOM, Population

_PRODUCT: Final = ("ours-uvicorn", "ours-daphne")
_NODE: Final = ("node-tx", "node-cte", "node-batch")


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One kind of load: on how many conversations, by whom, how fast, and who is asked."""

    name: str
    says: str
    kind: Kind
    contenders: tuple[str, ...]
    pairs: int = 200
    sockets: int = 0
    senders: int = 0
    rate: float = 0.0
    warmup_s: float = 1.5
    window_s: float = 5.0
    in_the_room: bool = False
    connecting_at_once: int = 100

    @property
    def is_fresh(self) -> bool:
        """Whether each window needs a server that nobody has used yet."""
        return self.kind == "idle"

    def quick(self) -> "Scenario":
        """Return it in small, for a look at whether all works."""
        return replace(
            self,
            warmup_s=0.5,
            window_s=1.0,
            sockets=min(self.sockets, 500),
            pairs=min(self.pairs, 50) if self.kind in ("closed", "open") else self.pairs,
            senders=min(self.senders, 50),
        )

    def plan(self, *, population: Population, protocol: str, url: str, records: str) -> Plan:
        """Return what the generator shall do with the people of `population`."""
        rooms = [
            Room(id=conversation, members=[2 * pair, 2 * pair + 1])
            for pair, conversation in enumerate(population.pairs[: self.pairs])
        ]
        sockets = self.sockets or 2 * self.pairs
        if self.in_the_room:
            rooms, sockets = [Room(id=population.room, members=list(range(ROOM)))], ROOM
        people = zip(population.people[:sockets], population.tokens[:sockets], strict=True)
        return Plan(
            protocol=protocol,
            url=url,
            people=[Person(id=person, token=token) for person, token in people],
            rooms=rooms,
            kind=self.kind,
            senders=self.senders,
            rate=self.rate,
            warmup_s=self.warmup_s,
            window_s=self.window_s,
            connecting_at_once=self.connecting_at_once,
            records=records,
        )


def _pairs(senders: int) -> Scenario:
    return Scenario(
        name=f"pairs-{senders}",
        says=f"{senders} of 400 people send, each the next message when both have the last one",
        kind="closed",
        senders=senders,
        contenders=(*_PRODUCT, "naive", *_NODE),
    )


def _open(rate: int) -> Scenario:
    return Scenario(
        name=f"open-{rate}",
        says=f"{rate} messages a second over 200 conversations, whatever happens",
        kind="open",
        rate=rate,
        contenders=(*_PRODUCT, "naive", *_NODE),
    )


SEND: Final = (
    _pairs(1),
    _pairs(50),
    _pairs(200),
    _open(100),
    _open(500),
    _open(1000),
    Scenario(
        name="room-100",
        says="20 of 100 people in one conversation send, each the next message when all have the last one",
        kind="closed",
        in_the_room=True,
        senders=20,
        contenders=("ours-uvicorn", "ours-daphne", "pubsub", "node-cte", "node-batch"),
    ),
    Scenario(
        name="reads-500",
        says="500 read receipts a second",
        kind="reads",
        pairs=PAIRS,
        rate=500,
        senders=6,
        window_s=4.0,
        warmup_s=1.0,
        contenders=_PRODUCT,
    ),
    Scenario(
        name="typing-500",
        says="500 times a second somebody types",
        kind="typing",
        pairs=PAIRS,
        rate=500,
        contenders=_PRODUCT,
    ),
    Scenario(
        name="idle-5000",
        says="5,000 people connect as fast as they are let in, then sit there",
        kind="idle",
        sockets=PEOPLE,
        connecting_at_once=200,
        warmup_s=2.0,
        window_s=3.0,
        contenders=(*_PRODUCT, "node-tx"),
    ),
)
