from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from messenger.services import outbox
from messenger.services.outbox import Carrier, Failure, Work

Decide = Callable[[Work], Failure | None]


class Courier:
    """Carries out the topic `errand`, remembers what it was given, and fails as told."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.decide: Decide = lambda _: None

    def carry(self, works: Sequence[Work]) -> Mapping[int, Failure]:
        self.batches.append([work.payload["n"] for work in works])
        decided = {work.id: self.decide(work) for work in works}
        return {key: failure for key, failure in decided.items() if failure is not None}

    @property
    def carried(self) -> list[int]:
        return sorted(number for batch in self.batches for number in batch)


@pytest.fixture
def courier(db: None) -> Iterator[Courier]:
    """The carrier of `errand`: batches of 3, 2 of them at once, 3 attempts."""
    courier = Courier()
    outbox.appoint(Carrier(topic="errand", carry=courier.carry, batch_size=3, max_leased=6, max_attempts=3))
    yield courier
    outbox.dismiss("errand")
