"""The tier limit of sends, charged while PostgreSQL still looks up who sends: a lone send waits for one of the two.

The tier is remembered from the sender's last message here. Where it turns out to be another, or the message is refused,
the use is given back.
"""

from collections.abc import Sequence
from typing import NamedTuple

from messenger.errors import RateLimited
from messenger.services import limits

MAX_AHEAD = 8
MAX_REMEMBERED = 20_000

_tiers: dict[int, str] = {}


class Passed(NamedTuple):
    """A draft of the batch, by its place, that all other rules let through."""

    place: int
    sender_id: int
    tier: str


class SendCharges:
    """The charges of one batch: `charge_ahead` while the gate is read, `settle` once it is known what passes."""

    def __init__(self, senders: Sequence[tuple[int, int]]) -> None:
        """`senders`: (place, sender) of each draft. Large batches are not charged ahead: one trip is little to them."""
        is_small = len(senders) <= MAX_AHEAD
        self._ahead = [Passed(i, sender, _tiers[sender]) for i, sender in senders if is_small and sender in _tiers]
        self._charged: set[Passed] = set()

    def charge_ahead(self) -> None:
        """Charge what will probably pass."""
        self._charged = {one for one, refusal in zip(self._ahead, _consume(self._ahead), strict=True) if not refusal}

    def settle(self, passed: Sequence[Passed]) -> list[RateLimited | None]:
        """The refusal of each that passed, None where it is within the limits; what did not pass costs nothing."""
        needless = self._charged.difference(passed)
        if needless:
            limits.give_back(kind="messages", demands=[(one.sender_id, one.tier) for one in needless])
        left = [one for one in passed if one not in self._charged]
        refusals = dict(zip(left, _consume(left), strict=True))
        for one in left:
            _remember(one.sender_id, one.tier)
        return [refusals.get(one) for one in passed]


def _consume(wanted: Sequence[Passed]) -> list[RateLimited | None]:
    if not wanted:
        return []
    return limits.consume(kind="messages", demands=[(one.sender_id, one.tier) for one in wanted])


def _remember(sender_id: int, tier: str) -> None:
    if len(_tiers) >= MAX_REMEMBERED:
        _tiers.clear()
    _tiers[sender_id] = tier
