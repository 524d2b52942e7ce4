"""The tier limit of sends, charged while PostgreSQL still looks up who sends: a lone send waits for one of the two.

The tier is remembered from the sender's last message here. Where it turns out to be another, or the message is refused,
the use is given back.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from messenger.errors import RateLimited
from messenger.services import limits

KIND: Final = "messages"
MAX_REMEMBERED = 20_000

_tiers: dict[int, str] = {}


class Passed(NamedTuple):
    """A draft of the batch, by its place, that all other rules let through."""

    place: int
    sender_id: int
    tier: str


class SendCharges:
    """The charges of one batch: asked for as it begins, while the gate is read; `settle` once it is known what passes.

    For one thread, and nothing else may be counted in it before `settle`.
    """

    def __init__(self, senders: Sequence[tuple[int, int]]) -> None:
        """`senders`: (place, sender) of each draft. What will probably pass is charged ahead."""
        self._ahead = [Passed(place, sender, tier) for place, sender in senders if (tier := _tiers.get(sender))]
        self._charge = _begin(self._ahead)

    def settle(self, passed: Sequence[Passed]) -> list[RateLimited | None]:
        """The refusal of each that passed, None where it is within the limits; what did not pass costs nothing."""
        charged = {one for one, refusal in zip(self._ahead, self._charge(), strict=True) if refusal is None}
        needless = charged.difference(passed)
        if needless:
            limits.give_back(kind=KIND, demands=[(one.sender_id, one.tier) for one in needless])
        left = [one for one in passed if one not in charged]
        refusals = dict(zip(left, _begin(left)(), strict=True))
        for one in left:
            _remember(one.sender_id, one.tier)
        return [refusals.get(one) for one in passed]


def _begin(wanted: Sequence[Passed]) -> Callable[[], list[RateLimited | None]]:
    return limits.begin(kind=KIND, demands=[(one.sender_id, one.tier) for one in wanted])


def _remember(sender_id: int, tier: str) -> None:
    if len(_tiers) >= MAX_REMEMBERED:
        _tiers.clear()
    _tiers[sender_id] = tier
