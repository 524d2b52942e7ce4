"""The one loader of JSON that clients send; `inputs` reads the fields out of what it returns."""

import json
import math
import re
from collections.abc import Collection
from typing import NoReturn

import msgspec

from messenger.errors import ValidationFailed

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_DIGITS = 20

_MAX_FLOAT_LENGTH = 40
_SMALLEST, _TOO_LARGE = 1e-20, 10.0**MAX_DIGITS
_SPELLED_WHOLE = 1e16  # from here on a float is spelled with an exponent
_WHOLE = "body"
QUICK_LEVELS = 8
_LONG_NUMBER = re.compile(r"[0-9]{16}")
_DETACHED_COLON = re.compile(r'"[ \t\n\r]+:')
_quick_decode = msgspec.json.Decoder().decode

Value = object
JsonObject = dict[str, Value]


def load_json(raw: bytes | str, *, max_bytes: int = MAX_BYTES) -> JsonObject:
    """Read one JSON object; nothing at all is the empty object.

    :raises ValidationFailed: too long, not UTF-8, not JSON, no object at the top, nested more than 32 deep, a number
        of more than 20 digits or closer to 0 than 1e-20, NaN or Infinity, a NUL, a lone surrogate, a key given twice.
    """
    text = _decoded(raw, max_bytes)
    if not text.strip():
        return {}
    try:
        value = load_value(text)
    except json.JSONDecodeError as error:
        _refuse(f"This is not valid JSON (line {error.lineno}, column {error.colno}).")
    if not isinstance(value, dict):
        _refuse("A JSON object is expected.")
    return value


def load_value(text: str) -> Value:
    """Read any JSON value, as strictly; for protocols that wrap objects in lists.

    :raises json.JSONDecodeError: not JSON.
    :raises ValidationFailed: JSON that is not taken.
    """
    quick = _quickly(text)
    if quick is not None:
        return quick
    try:
        value: Value = _DECODER.decode(text)
    except RecursionError:
        _refuse("This is nested too deeply.")
    if text.count("{") + text.count("[") > MAX_DEPTH:
        _check_depth(value)
    if "\\u" in text:
        _check_texts(value)
    return value


def _quickly(text: str) -> Value | None:
    """What ordinary input says, a few times faster; None leaves it to the thorough way, which alone refuses.

    Ordinary has no escapes (hence no NUL and no surrogates), no long numbers, no fractions, few levels, no blank before
    a colon, and as many keys as there are colons after a quote, which rules out a key that is given twice.
    """
    if "\\" in text or _LONG_NUMBER.search(text) or _DETACHED_COLON.search(text):
        return None
    try:
        value = _quick_decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return None
    keys = _ordinary_keys(value, QUICK_LEVELS)
    return value if isinstance(value, dict | list) and keys is not None and keys == text.count('":') else None


def _ordinary_keys(value: object, levels: int) -> int | None:
    """How many keys the objects in `value` have; None where something is out of the ordinary."""
    if isinstance(value, float) or levels == 0:
        return None
    total = len(value) if isinstance(value, dict) else 0
    for child in _children_of(value):
        if isinstance(child, dict | list | float):
            keys = _ordinary_keys(child, levels - 1)
            if keys is None:
                return None
            total += keys
    return total


def _decoded(raw: bytes | str, max_bytes: int) -> str:
    if len(raw) > max_bytes:
        _refuse(f"At most {max_bytes:,} bytes; these are {len(raw):,}.")
    if isinstance(raw, str):
        return raw
    try:
        return raw.decode()
    except UnicodeDecodeError:
        _refuse("This is not UTF-8.")


def _object_of(pairs: list[tuple[str, object]]) -> JsonObject:
    value = dict(pairs)
    if len(value) != len(pairs):
        _refuse("A key is given twice.")
    return value


def _integer_of(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        _refuse(f"Numbers have at most {MAX_DIGITS} digits.")
    return int(digits)


def _float_of(digits: str) -> float | int:
    """PostgreSQL spells numbers out: few bytes would be hundreds from then on, and whole ones come back as integers."""
    value = float(digits) if len(digits) <= _MAX_FLOAT_LENGTH else math.inf
    if not (value == 0 or _SMALLEST <= abs(value) < _TOO_LARGE):
        _refuse("This number is out of range.")
    return int(value) if abs(value) >= _SPELLED_WHOLE else value


def _constant_of(name: str) -> NoReturn:
    _refuse(f"{name} is not a JSON number.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_of, parse_int=_integer_of, parse_float=_float_of, parse_constant=_constant_of
)


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in _children_of(parent)]
        if not level:
            return
    _refuse(f"At most {MAX_DEPTH} levels may be nested.")


def _check_texts(value: object) -> None:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            _check_characters(item)
        elif isinstance(item, dict):
            waiting.extend(item.keys())
        waiting.extend(_children_of(item))


def _check_characters(text: str) -> None:
    if "\0" in text:
        _refuse("NUL is not allowed.")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        _refuse("This is not valid text (a lone surrogate).")


def _children_of(value: object) -> Collection[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refuse(sentence: str) -> NoReturn:
    raise ValidationFailed.at(_WHOLE, sentence)
