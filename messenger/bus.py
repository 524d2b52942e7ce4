"""The one way out for events: published inside the transaction of the change, sent after its commit.

Who listens is decided in `config/wiring.py` and nowhere else. PostgreSQL is the truth and the bus a hint: an event
that is lost here shows as a gap in `version`, and `sync` heals it.
"""

from collections.abc import Callable, Sequence

import structlog
from django.db import transaction

from messenger.events import Event

logger = structlog.get_logger(__name__)

Reactor = Callable[[Sequence[Event]], None]

_in_transaction: list[Reactor] = []
_after_commit: list[Reactor] = []


def connect(reactor: Reactor, *, in_transaction: bool = False) -> None:
    """Let `reactor` hear every batch of events: in the transaction of the change, or (default) after its commit.

    A reactor in the transaction writes rows that must not be lost, and its error undoes the change; one after the
    commit is told of what can no longer fail.
    """
    reactors = _in_transaction if in_transaction else _after_commit
    if reactor not in reactors:
        reactors.append(reactor)


def disconnect(reactor: Reactor) -> None:
    """Undo `connect`; absent is fine."""
    for reactors in (_in_transaction, _after_commit):
        if reactor in reactors:
            reactors.remove(reactor)


def publish(*events: Event) -> None:
    """Say what has just been written. Several events of one change go out in the order given."""
    if not events:
        return
    for reactor in _in_transaction:
        reactor(events)
    transaction.on_commit(lambda: _dispatch(events))


def publish_now(*events: Event) -> None:
    """Send what is stored nowhere (typing, presence): there is no commit to wait for."""
    _dispatch(events)


def _dispatch(events: Sequence[Event]) -> None:
    for reactor in _after_commit:
        try:
            reactor(events)
        except Exception:
            logger.exception("reactor failed", reactor=getattr(reactor, "__qualname__", repr(reactor)))
