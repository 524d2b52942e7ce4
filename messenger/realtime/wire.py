"""Events on their way between processes: a batch as bytes, and back."""

import dataclasses
from collections.abc import Sequence
from functools import cache

import msgspec

from messenger.events import EVENT_TYPES, Event

_encode = msgspec.msgpack.Encoder().encode
_split = msgspec.msgpack.Decoder(list[tuple[str, msgspec.Raw]]).decode


def pack(events: Sequence[Event]) -> bytes:
    """A batch of events as one MessagePack array of (name, fields)."""
    return _encode([(type(event).__name__, event) for event in events])


def unpack(packed: bytes) -> list[Event]:
    """The events of a batch; a name that this version does not know is passed over (a rolling update)."""
    return [_decoder(name).decode(raw) for name, raw in _split(packed) if name in EVENT_TYPES]


def only_for(event: Event, people: Sequence[int]) -> Event:
    """The same event for a part of its audience."""
    return dataclasses.replace(event, audience=tuple(people))


@cache
def _decoder(name: str) -> "msgspec.msgpack.Decoder[Event]":
    return msgspec.msgpack.Decoder(EVENT_TYPES[name])
