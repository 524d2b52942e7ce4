"""Events on their way between processes: a batch as bytes, and back."""

from collections.abc import Collection, Sequence
from functools import cache

import msgspec
from msgspec import structs

from messenger.events import EVENT_TYPES, ConversationEvent, Event

_encode = msgspec.msgpack.Encoder().encode
_split = msgspec.msgpack.Decoder(list[tuple[str, msgspec.Raw]]).decode


def pack(events: Sequence[Event]) -> bytes:
    """A batch of events as one MessagePack array of (name, fields)."""
    return _encode([(type(event).__name__, event) for event in events])


def unpack(packed: bytes) -> list[Event]:
    """The events of a batch; a name that this version does not know is passed over (a rolling update)."""
    return [_decoder(name).decode(raw) for name, raw in _split(packed) if name in EVENT_TYPES]


def people_of(event: Event) -> tuple[int, ...]:
    """Everybody whom the event concerns: its audience, and who gets its number alone."""
    return event.audience + event.blind if isinstance(event, ConversationEvent) else event.audience


def only_for(event: Event, people: Collection[int]) -> Event:
    """The same event for a part of its people."""
    audience = tuple(person for person in event.audience if person in people)
    if not isinstance(event, ConversationEvent):
        return structs.replace(event, audience=audience)
    return structs.replace(event, audience=audience, blind=tuple(person for person in event.blind if person in people))


@cache
def _decoder(name: str) -> "msgspec.msgpack.Decoder[Event]":
    return msgspec.msgpack.Decoder(EVENT_TYPES[name])
