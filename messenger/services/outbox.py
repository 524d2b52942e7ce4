"""Work that must follow a change: a row written in the change's transaction, carried out later, as often as it takes.

A carrier gets a topic's entries in batches and says which of them failed. Claimed rows are leased: whoever dies with
them gives them up when the lease ends. Each claim counts as an attempt, so that an entry that kills its worker ends
as a dead letter too. Carriers must be safe to run twice.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from messenger.models import OutboxEntry

KEPT_WHEN_DONE = timedelta(days=7)
MAX_SECONDS_AT_ONCE = 5.0

_WAITING, _DONE, _DEAD = OutboxEntry.State.WAITING, OutboxEntry.State.DONE, OutboxEntry.State.DEAD
_MAX_ERROR_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Work:
    """One entry in its carrier's hands; `attempt` counts from 1."""

    id: int
    payload: dict[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an entry could not be carried out.

    `is_final`: trying again is useless, it is a dead letter now. `is_untried`: its turn did not come, so that this was
    no attempt.
    """

    error: str
    is_final: bool = False
    is_untried: bool = False


Carry = Callable[[Sequence[Work]], Mapping[int, Failure]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Who carries out a topic, and how patiently. `carry` names what failed; what it does not name is done."""

    topic: str
    carry: Carry
    batch_size: int = 20
    max_leased: int = 20
    lease_s: int = 60
    max_attempts: int = 10
    first_delay_s: float = 5.0
    longest_delay_s: float = 3600.0


_carriers: dict[str, Carrier] = {}


def appoint(carrier: Carrier) -> None:
    """Let `carrier` carry out its topic in this process; the last one appointed counts."""
    _carriers[carrier.topic] = carrier


def dismiss(topic: str) -> None:
    """Let nobody carry out a topic in this process: its entries wait."""
    _carriers.pop(topic, None)


def add(*, topic: str, payloads: Sequence[Mapping[str, Any]], due_at: datetime | None = None) -> None:
    """Write down work to be done once the caller's transaction has committed. Payloads hold ids, not texts."""
    now = timezone.now()
    OutboxEntry.objects.bulk_create(
        [OutboxEntry(topic=topic, payload=dict(item), due_at=due_at or now, created_at=now) for item in payloads]
    )


def topics_due(*, now: datetime | None = None) -> list[str]:
    """The topics that have something to carry out now, and a carrier here."""
    due = _due(now or timezone.now()).filter(topic__in=_carriers)
    return sorted(due.order_by().values_list("topic", flat=True).distinct())


def work_off(*, topic: str, now: datetime | None = None) -> int:
    """Carry out what is due of a topic, batch after batch for some seconds; gives how many entries were handed over.

    An error of the carrier itself counts against the whole batch, and is raised.
    """
    carrier, count, began = _carriers[topic], 0, time.monotonic()
    while time.monotonic() - began < MAX_SECONDS_AT_ONCE:
        claimed_at = now or timezone.now()
        works = _claim(carrier, claimed_at)
        if not works:
            break
        with _crashes_noted(carrier, works, claimed_at):
            failures = carrier.carry(works)
        _settle(carrier, works, failures, claimed_at)
        count += len(works)
    return count


def try_again(*, entry_ids: Sequence[int]) -> int:
    """Give dead letters a new life, with all their attempts; gives the number."""
    dead = OutboxEntry.objects.filter(pk__in=entry_ids, state=_DEAD)
    return dead.update(state=_WAITING, attempts=0, due_at=timezone.now(), leased_until=None)


def forget_done() -> int:
    """Delete what was carried out more than 7 days ago; gives the number. Dead letters stay until somebody acts."""
    old = OutboxEntry.objects.filter(state=_DONE, done_at__lt=timezone.now() - KEPT_WHEN_DONE)
    return old.delete()[0]


def _due(now: datetime) -> QuerySet[OutboxEntry]:
    unleased = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    return OutboxEntry.objects.filter(unleased, state=_WAITING, due_at__lte=now)


@transaction.atomic
def _claim(carrier: Carrier, now: datetime) -> list[Work]:
    """Lease what is due; what was claimed too often without an answer becomes a dead letter instead."""
    leased = OutboxEntry.objects.filter(topic=carrier.topic, state=_WAITING, leased_until__gt=now).count()
    room = min(carrier.batch_size, carrier.max_leased - leased)
    if room <= 0:
        return []
    due = _due(now).filter(topic=carrier.topic).order_by("due_at", "pk")
    entries = list(due.select_for_update(skip_locked=True)[:room])
    lost = [entry.pk for entry in entries if entry.attempts >= carrier.max_attempts]
    OutboxEntry.objects.filter(pk__in=lost).update(state=_DEAD, last_error="Whoever claimed it never answered.")
    claimed = [entry for entry in entries if entry.attempts < carrier.max_attempts]
    OutboxEntry.objects.filter(pk__in=[entry.pk for entry in claimed]).update(
        attempts=F("attempts") + 1, leased_until=now + timedelta(seconds=carrier.lease_s)
    )
    return [Work(entry.pk, entry.payload, entry.attempts + 1) for entry in claimed]


@contextmanager
def _crashes_noted(carrier: Carrier, works: Sequence[Work], claimed_at: datetime) -> Iterator[None]:
    try:
        yield
    except BaseException as crash:
        _settle(carrier, works, {work.id: Failure(repr(crash)) for work in works}, claimed_at)
        raise


def _settle(carrier: Carrier, works: Sequence[Work], failures: Mapping[int, Failure], claimed_at: datetime) -> None:
    """Write down how it went, but for entries whose lease ended meanwhile: those belong to somebody else now."""
    ours = OutboxEntry.objects.filter(state=_WAITING, leased_until=claimed_at + timedelta(seconds=carrier.lease_s))
    done = [work.id for work in works if work.id not in failures]
    ours.filter(pk__in=done).update(state=_DONE, done_at=timezone.now(), leased_until=None, last_error="")
    for work in works:
        failure = failures.get(work.id)
        if failure is None:
            continue
        attempts = work.attempt - 1 if failure.is_untried else work.attempt
        is_dead = failure.is_final or attempts >= carrier.max_attempts
        ours.filter(pk=work.id).update(
            state=_DEAD if is_dead else _WAITING,
            attempts=attempts,
            due_at=claimed_at + delay_after(carrier, max(attempts, 1)),
            leased_until=None,
            last_error=failure.error[:_MAX_ERROR_LENGTH],
        )


def delay_after(carrier: Carrier, attempt: int) -> timedelta:
    """How long to wait after the attempt of this number: doubled each time up to the longest, give or take a tenth."""
    seconds = min(carrier.first_delay_s * 2.0 ** (attempt - 1), carrier.longest_delay_s)
    return timedelta(seconds=seconds * random.uniform(0.9, 1.1))
