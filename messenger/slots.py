"""What the kernel shows but does not own, by name: `config/wiring.py` fills the slots, an empty one has a default."""

from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from messenger.models import User

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
    @property
    def opened_by(self) -> int: ...
    @property
    def transport(self) -> str: ...


class ConnectionWatcher(Protocol):
    """Follows the connections of one process; `run` is its task on the hub's loop."""

    def opened(self, connection: LivingConnection) -> None: ...
    def alive(self, connection: LivingConnection, status: str | None = None) -> None: ...
    def closed(self, connection: LivingConnection, *, is_signed_out: bool) -> None: ...
    def run(self) -> Coroutine[Any, Any, None]: ...


SignOfLife = Callable[[int, int | None], None]

_watchers: list[Callable[[], ConnectionWatcher]] = []
_sign_of_life: list[SignOfLife] = []


def fill_watchers(*makes: Callable[[], ConnectionWatcher]) -> None:
    """Let every hub have these watchers; those given last count."""
    _watchers[:] = makes


def new_watchers() -> list[ConnectionWatcher]:
    """The watchers of a new hub."""
    return [make() for make in _watchers]


def fill_signs_of_life(*notes: SignOfLife) -> None:
    """Let each `note(user_id, sign_in_id)` hear of requests that show that somebody is there; the last given count."""
    _sign_of_life[:] = notes


def note_sign_of_life(*, user_id: int, sign_in_id: int | None) -> None:
    """Somebody is there (contract: a sync counts as a sign of life)."""
    for note in _sign_of_life:
        note(user_id, sign_in_id)


Deed = Literal["message_removed", "conversation_closed", "conversation_reopened"]


class DeedRecord(Protocol):
    """Writes down what a moderator did at a door that others have too, within the same transaction."""

    def __call__(self, *, moderator: User, deed: Deed, target_id: int, conversation_id: int) -> None: ...


class LookRecord(Protocol):
    """Lets a moderator look at a message's history for a reason, and writes it down.

    :raises ReasonRequired: none is given, and none was given today.
    """

    def __call__(self, *, moderator: User, conversation_id: int, reason: str | None) -> None: ...


_deed_records: list[DeedRecord] = []
_look_records: list[LookRecord] = []


def fill_moderation(*, deeds: DeedRecord, looks: LookRecord) -> None:
    """Let what moderators do and look at be written down; the last given count."""
    _deed_records[:], _look_records[:] = [deeds], [looks]


def note_deed(*, moderator: User, deed: Deed, target_id: int, conversation_id: int) -> None:
    """A moderator did by that right alone what others do by theirs."""
    for record in _deed_records:
        record(moderator=moderator, deed=deed, target_id=target_id, conversation_id=conversation_id)


def note_look(*, moderator: User, conversation_id: int, reason: str | None) -> bool:
    """A moderator looks at a conversation of others; False where nobody writes that down, so that they may not.

    :raises ReasonRequired: none is given, and none was given today.
    """
    for record in _look_records:
        record(moderator=moderator, conversation_id=conversation_id, reason=reason)
    return bool(_look_records)


Figures = dict[str, Any]
_figures: dict[str, Callable[[], Figures]] = {}


def fill_figures(name: str, source: Callable[[], Figures]) -> None:
    """Let `source()` give the figures of that name for the whole deployment."""
    _figures[name] = source


def figures_of(name: str) -> Figures:
    """The figures of that name; empty where nobody gives any."""
    source = _figures.get(name)
    return source() if source is not None else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver:
    """Somebody whose account is being erased; `deletes_messages`: what they wrote to others goes as well."""

    user: User
    deletes_messages: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalStore:
    """One place where something of a person is kept.

    `erase` gives how many things it erased, and is safe to run twice; `remaining` counts what is left. `kept` says
    why something stays, and is empty where nothing does. `export` gives it as JSON for the person's own eyes.
    """

    name: str
    erase: Callable[[Leaver], int]
    remaining: Callable[[Leaver], int]
    kept: Callable[[Leaver], str] = lambda _: ""
    export: Callable[[User], list[dict[str, Any]]] | None = None


_personal_stores: list[PersonalStore] = []


def fill_personal_stores(*stores: PersonalStore) -> None:
    """Let the rings' stores be part of every export and erasure; those given last count."""
    _personal_stores[:] = stores


def personal_stores() -> list[PersonalStore]:
    """What rings keep of people."""
    return list(_personal_stores)
