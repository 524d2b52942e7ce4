"""What clients send, read strictly: one loader and one reader of fields, used by REST and by sockets alike.

Nothing here looks at the database. What a value means is the service's question; here is only what it is.
"""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Literal, NoReturn, overload

from messenger.errors import ValidationFailed
from messenger.strict_json import JsonObject, Value, load_json
from messenger.texts import clean_line, clean_text

__all__ = ["MAX_IDENTIFIER", "Fields", "JsonObject", "Value", "load_json"]

MAX_IDENTIFIER = 2**53 - 1


class Fields:
    """Reads typed values out of an object that a client sent; a value of another type is refused, never converted.

    With `required=False` an absent field and `null` read as None. Each reader raises `ValidationFailed` at its field.
    """

    def __init__(self, data: Mapping[str, Value], *, path: str = "") -> None:
        self.data = data
        self.path = path

    def has(self, name: str) -> bool:
        """Say whether the client sent `name`, be it `null`."""
        return name in self.data

    def first_of(self, *names: str) -> str:
        """Choose the name that the client used of a field that has aliases; the first one where it used none."""
        return next((name for name in names if self.data.get(name) is not None), names[0])

    def check_known(self, names: Collection[str]) -> None:
        """Refuse any field that is none of `names`."""
        for name in self.data:
            if name not in names:
                self.refuse(name[:64], "There is no such field.")

    def refuse(self, name: str, sentence: str) -> NoReturn:
        """Raise `ValidationFailed` at `name`."""
        raise ValidationFailed.at(f"{self.path}{name}", sentence)

    @overload
    def text(self, name: str, *, max_length: int, required: Literal[True] = True, blank: bool = False) -> str: ...
    @overload
    def text(self, name: str, *, max_length: int, required: bool, blank: bool = False) -> str | None: ...
    def text(self, name: str, *, max_length: int, required: bool = True, blank: bool = False) -> str | None:
        """Text as it is stored (`clean_text`); empty only with `blank`."""
        value = self.secret(name, required=required, max_length=10 * max_length + 100)
        if value is None:
            return None
        return self._not_blank(name, clean_text(value, field=self.path + name, max_length=max_length), blank)

    @overload
    def line(self, name: str, *, max_length: int, required: Literal[True] = True, blank: bool = False) -> str: ...
    @overload
    def line(self, name: str, *, max_length: int, required: bool, blank: bool = False) -> str | None: ...
    def line(self, name: str, *, max_length: int, required: bool = True, blank: bool = False) -> str | None:
        """One line of text (`clean_line`); empty only with `blank`."""
        value = self.secret(name, required=required, max_length=10 * max_length + 100)
        if value is None:
            return None
        return self._not_blank(name, clean_line(value, field=self.path + name, max_length=max_length), blank)

    @overload
    def secret(self, name: str, *, max_length: int = 1024, required: Literal[True] = True) -> str: ...
    @overload
    def secret(self, name: str, *, max_length: int = 1024, required: bool) -> str | None: ...
    def secret(self, name: str, *, max_length: int = 1024, required: bool = True) -> str | None:
        """A string exactly as it was sent: passwords, tokens, cursors."""
        value = self._value(name, required=required)
        if value is None:
            return None
        if not isinstance(value, str):
            self.refuse(name, "A string is expected.")
        if len(value) > max_length:
            self.refuse(name, f"At most {max_length:,} characters; these are {len(value):,}.")
        if "\0" in value:
            self.refuse(name, "NUL is not allowed.")
        return value

    @overload
    def identifier(self, name: str, *, required: Literal[True] = True) -> int: ...
    @overload
    def identifier(self, name: str, *, required: bool) -> int | None: ...
    def identifier(self, name: str, *, required: bool = True) -> int | None:
        """An id: a number or a decimal string, from 1 to 2^53 - 1."""
        value = self._value(name, required=required)
        return None if value is None else self._identifier_of(name, value)

    @overload
    def identifiers(self, name: str, *, max_items: int, required: Literal[True] = True) -> list[int]: ...
    @overload
    def identifiers(self, name: str, *, max_items: int, required: bool) -> list[int] | None: ...
    def identifiers(self, name: str, *, max_items: int, required: bool = True) -> list[int] | None:
        """A list of ids, each once, in the order given."""
        value = self._value(name, required=required)
        if value is None:
            return None
        if not isinstance(value, list):
            self.refuse(name, "A list of ids is expected.")
        if len(value) > max_items:
            self.refuse(name, f"At most {max_items} ids; these are {len(value):,}.")
        return list(dict.fromkeys(self._identifier_of(name, item) for item in value))

    @overload
    def boolean(self, name: str, *, required: Literal[True] = True) -> bool: ...
    @overload
    def boolean(self, name: str, *, required: bool) -> bool | None: ...
    def boolean(self, name: str, *, required: bool = True) -> bool | None:
        """`true` or `false`, nothing else."""
        value = self._boolean_of(self._value(name, required=required))
        if value is not None and not isinstance(value, bool):
            self.refuse(name, "True or false is expected.")
        return value

    @overload
    def integer(self, name: str, *, minimum: int, maximum: int, required: Literal[True] = True) -> int: ...
    @overload
    def integer(self, name: str, *, minimum: int, maximum: int, required: bool) -> int | None: ...
    def integer(self, name: str, *, minimum: int, maximum: int, required: bool = True) -> int | None:
        """A whole number between the bounds, both included."""
        value = self._integer_of(self._value(name, required=required))
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
            self.refuse(name, f"A whole number from {minimum:,} to {maximum:,} is expected.")
        return value

    @overload
    def choice(self, name: str, choices: Collection[str], *, required: Literal[True] = True) -> str: ...
    @overload
    def choice(self, name: str, choices: Collection[str], *, required: bool) -> str | None: ...
    def choice(self, name: str, choices: Collection[str], *, required: bool = True) -> str | None:
        """One of `choices`, as it is spelled there."""
        value = self._value(name, required=required)
        if value is not None and (not isinstance(value, str) or value not in choices):
            self.refuse(name, f"One of {', '.join(sorted(choices))} is expected.")
        return value

    @overload
    def object(self, name: str, *, max_bytes: int = 4096, required: Literal[True] = True) -> JsonObject: ...
    @overload
    def object(self, name: str, *, max_bytes: int = 4096, required: bool) -> JsonObject | None: ...
    def object(self, name: str, *, max_bytes: int = 4096, required: bool = True) -> JsonObject | None:
        """A JSON object of at most `max_bytes` (spelled without blanks, in UTF-8)."""
        value = self._value(name, required=required)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.refuse(name, "A JSON object is expected.")
        size = len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())
        if size > max_bytes:
            self.refuse(name, f"At most {max_bytes:,} bytes of JSON; these are {size:,}.")
        return value

    def fields(self, name: str, *, max_bytes: int = 65536) -> "Fields | None":
        """A reader of the object `name`, None where it is absent; its errors are told as `name.field`."""
        value = self.object(name, required=False, max_bytes=max_bytes)
        return None if value is None else Fields(value, path=f"{self.path}{name}.")

    @overload
    def moment(self, name: str, *, required: Literal[True] = True) -> datetime: ...
    @overload
    def moment(self, name: str, *, required: bool) -> datetime | None: ...
    def moment(self, name: str, *, required: bool = True) -> datetime | None:
        """An ISO 8601 time with its offset or `Z`, as UTC."""
        value = self.secret(name, required=required, max_length=40)
        if value is None:
            return None
        moment = _moment_of(value)
        if moment is None:
            self.refuse(name, "An ISO 8601 time such as 2025-01-31T09:00:00.000Z is expected.")
        return moment

    def _value(self, name: str, *, required: bool) -> Value | None:
        value = self.data.get(name)
        if value is None and required:
            self.refuse(name, "This is needed.")
        return value

    def _boolean_of(self, value: Value | None) -> Value | None:
        return value

    def _integer_of(self, value: Value | None) -> Value | None:
        return value

    def _identifier_of(self, name: str, value: Value) -> int:
        if isinstance(value, str) and len(value) <= 16 and value.isascii() and value.isdecimal():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_IDENTIFIER:
            self.refuse(name, "An id is expected.")
        return value

    def _not_blank(self, name: str, value: str, blank: bool) -> str:
        if not value and not blank:
            self.refuse(name, "This may not be empty.")
        return value


def _moment_of(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    is_plausible = moment.tzinfo is not None and 1970 <= moment.year < 9999
    return moment.astimezone(UTC) if is_plausible else None
