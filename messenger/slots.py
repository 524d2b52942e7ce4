"""What the kernel shows but does not own, by name: `config/wiring.py` fills the slots, an empty one has a default."""

from collections.abc import Callable, Collection, Coroutine
from typing import Any, Protocol

PresenceOf = Callable[[int, Collection[int]], dict[int, str]]

_presence_of: list[PresenceOf] = []


def fill_presence(source: PresenceOf) -> None:
    """Let `source(viewer_id, user_ids)` say who is online, as far as the viewer may see it; the last given counts."""
    _presence_of[:] = [source]


def presence_of(*, viewer_id: int, user_ids: Collection[int]) -> dict[int, str]:
    """`online`, `away` or `offline` of these people as the viewer may see it; who is absent is offline."""
    return _presence_of[0](viewer_id, user_ids) if _presence_of and user_ids else {}


class LivingConnection(Protocol):
    """What a watcher needs to know of a connection."""

    @property
    def id(self) -> str: ...
    @property
    def user_id(self) -> int: ...


class ConnectionWatcher(Protocol):
    """Follows the connections of one process; `run` is its task on the hub's loop."""

    def opened(self, connection: LivingConnection) -> None: ...
    def alive(self, connection: LivingConnection, status: str | None = None) -> None: ...
    def closed(self, connection: LivingConnection, *, is_signed_out: bool) -> None: ...
    def run(self) -> Coroutine[Any, Any, None]: ...


SignOfLife = Callable[[int, int | None], None]

_watchers: list[Callable[[], ConnectionWatcher]] = []
_sign_of_life: list[SignOfLife] = []


def fill_watcher(make: Callable[[], ConnectionWatcher]) -> None:
    """Let every hub have such a watcher; the last given counts."""
    _watchers[:] = [make]


def new_watchers() -> list[ConnectionWatcher]:
    """The watchers of a new hub."""
    return [make() for make in _watchers]


def fill_sign_of_life(note: SignOfLife) -> None:
    """Let `note(user_id, sign_in_id)` hear of requests that show that somebody is there; the last given counts."""
    _sign_of_life[:] = [note]


def note_sign_of_life(*, user_id: int, sign_in_id: int | None) -> None:
    """Somebody is there (contract: a sync counts as a sign of life)."""
    for note in _sign_of_life:
        note(user_id, sign_in_id)
