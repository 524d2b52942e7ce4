"""How a route is described for the OpenAPI document: one entry for each method of each route under `/api/v4`.

The tables stand beside the routes of each ring; `config/apidoc` makes the document from them. What every operation of
a kind may answer (401, 403 `csrf_failed`, 503 and so on) follows from its `access` and is not repeated in the tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct

from messenger.errors import (
    AdminRequired,
    CsrfFailed,
    MessengerError,
    NotAllowed,
    Unauthenticated,
    Unavailable,
    ValidationFailed,
)

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Access = Literal["open", "csrf", "signed_in", "admin"]
Errors = tuple[type[MessengerError], ...]


@dataclass(frozen=True, slots=True)
class Download:
    """An answer that is a file: its media types, and the headers worth knowing."""

    about: str
    media_types: tuple[str, ...] = ("application/octet-stream",)


@dataclass(frozen=True, slots=True)
class Empty:
    """An answer without a body."""

    about: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """An answer of one kind or the other, depending on who asks."""

    kinds: tuple[type[Struct], ...]


Answer = type[Struct] | Download | Empty | OneOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one route. `path` is below `/api/v4/`, its parameters in braces, in camelCase.

    `errors` are those that come beside the ones of its `access`; `alias_of` names the operation that it repeats.
    """

    method: Method
    path: str
    name: str
    summary: str
    tag: str
    about: str = ""
    access: Access = "signed_in"
    query: type[Struct] | None = None
    body: type[Struct] | None = None
    form: type[Struct] | None = None
    headers: tuple[str, ...] = ()
    answers: Mapping[int, Answer] = field(default_factory=dict)
    errors: Errors = ()
    alias_of: str = ""

    @property
    def is_unsafe(self) -> bool:
        """True where the method changes something, so that a cookie alone does not do."""
        return self.method != "GET"

    @property
    def every_error(self) -> Errors:
        """The errors of the table and those of its access, each once."""
        own = list(self.errors)
        if self.query or self.body or self.form or "Idempotency-Key" in self.headers:
            own.append(ValidationFailed)
        return tuple(dict.fromkeys([*own, *self._errors_of_access(), Unavailable]))

    def _errors_of_access(self) -> list[type[MessengerError]]:
        if self.access == "open":
            return []
        if self.access == "csrf":
            return [CsrfFailed]
        found: list[type[MessengerError]] = [Unauthenticated, NotAllowed]
        if self.is_unsafe:
            found.append(CsrfFailed)
        if self.access == "admin":
            found.append(AdminRequired)
        return found
