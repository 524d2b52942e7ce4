"""PostgreSQL's text form of values, for statements that go past psycopg's cursors (`messenger.round_trips`)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

Column = Callable[[Sequence[Any]], str]


def int_array(values: Iterable[int | None]) -> str:
    """`{1,NULL,3}`."""
    return "{" + ",".join(map(str, values)).replace("None", "NULL") + "}"


def text_array(values: Sequence[str | None]) -> str:
    """`{"a",NULL,"c"}`, each quoted."""
    if None not in values:
        joined = '","'.join(values)  # type: ignore[arg-type]  # mypy does not see that none is None
        if "\\" not in joined and joined.count('"') == 2 * (len(values) - 1):
            return '{"' + joined + '"}'
    return "{" + ",".join("NULL" if value is None else _quoted(value) for value in values) + "}"


def columns_of(rows: Sequence[tuple[Any, ...]], kinds: Sequence[Column]) -> list[str]:
    """Each column of the rows, of which there is at least one, as an array."""
    return [kind(column) for kind, column in zip(kinds, zip(*rows, strict=True), strict=True)]


def values_of(row: Iterable[object]) -> list[str | None]:
    """Each value of a row of numbers and texts."""
    return [None if value is None else str(value) for value in row]


def integer(column: bytes | None) -> int:
    """A number; 0 for NULL."""
    return int(column or b"0")


def text(column: bytes | None) -> str:
    """A text; empty for NULL."""
    return (column or b"").decode()


def text_or_none(column: bytes | None) -> str | None:
    """A text, or None for NULL."""
    return None if column is None else column.decode()


def moment(column: bytes | None) -> datetime:
    """A `timestamptz` of a session in ISO style, which is PostgreSQL's own and Django's."""
    return datetime.fromisoformat(text(column))


def integers(column: bytes | None) -> tuple[int, ...]:
    """An array of numbers without NULL; empty for NULL."""
    inside = (column or b"{}")[1:-1]
    return tuple(map(int, inside.split(b","))) if inside else ()


def _quoted(value: str) -> str:
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'
