"""How much one person may do, by tier: `MESSENGER_RATE_LIMIT_<TIER>_<KIND>`, e.g. `30/min;500/day`.

Counted in Valkey, so that all processes share one number, by one script for a whole batch: exact, one round trip.
With `REDIS_URL=memory`, or while Valkey is away, each process counts for itself.

`reads` are lists, conversations, pages of messages, contacts, syncs and exports by REST (`ApiViewSet.counted_reads`).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.conf import settings
from django.utils import timezone

from messenger.errors import RateLimited
from messenger.models import User
from messenger.services import counters
from messenger.services.counters import Window
from messenger.shapes import iso

Kind = Literal["messages", "conversations", "uploads", "search", "reads", "socket_events"]

SHOWN_KINDS: tuple[Kind, ...] = ("messages", "conversations", "uploads", "search")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """What is left of the tightest limit of a kind, and in how many seconds it starts anew."""

    limit: int
    remaining: int
    resets_in_s: float


def consume(*, kind: Kind, demands: Sequence[tuple[int, str]]) -> list[RateLimited | None]:
    """Charge one use for each (user id, tier), in order; None where it is within the limits, else the refusal.

    A refused use charges nothing. What is charged stays charged, also where the caller's transaction fails later.
    """
    return begin(kind=kind, demands=demands)()


def begin(*, kind: Kind, demands: Sequence[tuple[int, str]]) -> Callable[[], list[RateLimited | None]]:
    """Ask to `consume`, and return what waits for the answer; for this thread, once."""
    if not demands or settings.MESSENGER_RATE_LIMIT == "off":
        return lambda: [None] * len(demands)
    wanted = [_windows(kind, user_id, tier) for user_id, tier in demands]
    taken = counters.begin_take(wanted)
    return lambda: [
        None if hit is None else refusal_of(limit=windows[hit.index].limit, resets_in_s=hit.resets_in_s)
        for windows, hit in zip(wanted, taken(), strict=True)
    ]


def give_back(*, kind: Kind, demands: Sequence[tuple[int, str]]) -> None:
    """Undo one use for each (user id, tier): it turned out not to count."""
    if settings.MESSENGER_RATE_LIMIT != "off":
        counters.give_back([window for user_id, tier in demands for window in _windows(kind, user_id, tier)])


def charge(*, kind: Kind, user: User) -> None:
    """Charge one use to one person.

    :raises RateLimited: over the limit; nothing was charged.
    """
    (refusal,) = consume(kind=kind, demands=[(user.pk, user.subscription_tier)])
    if refusal is not None:
        raise refusal


@contextmanager
def charged(*, kind: Kind, user: User) -> Iterator[None]:
    """Charge one use for what is done inside; where that fails, the use is given back.

    :raises RateLimited: over the limit; nothing was charged.
    """
    charge(kind=kind, user=user)
    try:
        yield
    except BaseException:
        give_back(kind=kind, demands=[(user.pk, user.subscription_tier)])
        raise


def remaining_of(*, user: User) -> dict[str, Remaining]:
    """What is left to the user, by kind, of the limit that will be reached first."""
    groups = [_windows(kind, user.pk, user.subscription_tier) for kind in SHOWN_KINDS]
    states = iter(counters.peek([window for group in groups for window in group]))
    return {
        kind: min(
            (_remaining(window, next(states)) for window in group), key=lambda left: (left.remaining, -left.resets_in_s)
        )
        for kind, group in zip(SHOWN_KINDS, groups, strict=True)
    }


def _remaining(window: Window, state: counters.State) -> Remaining:
    return Remaining(
        limit=window.limit,
        remaining=max(0, window.limit - state.used),
        resets_in_s=state.resets_in_s if state.used else window.seconds,
    )


def _windows(kind: Kind, user_id: int, tier: str) -> list[Window]:
    rates: list[tuple[int, int]] = getattr(settings, f"MESSENGER_RATE_LIMIT_{tier.upper()}_{kind.upper()}")
    return [
        Window(key=f"messenger:limit:{kind}:{user_id}:{seconds}", limit=limit, seconds=seconds)
        for limit, seconds in rates
    ]


def refusal_of(*, limit: int, resets_in_s: float, message: str | None = None) -> RateLimited:
    """The refusal of a use beyond `limit`, with the contract's details."""
    resets_at = timezone.now() + timedelta(seconds=resets_in_s)
    return RateLimited(message, retry_after=resets_in_s, limit=limit, remaining=0, resetAt=iso(resets_at))
