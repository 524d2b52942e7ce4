"""Clients' frames that need no parser: one whole, short, masked text frame, as nearly every chunk from a client is."""

from typing import Any

from websockets.protocol import Protocol, State
from websockets.streams import StreamReader

_FINAL_TEXT = 0x81
_MASKED = 0x80
_LONGER = 126
_AT_EOF = StreamReader.at_eof.__code__


def text_in(chunk: bytes) -> bytes | None:
    """The payload, where the chunk is such a frame and nothing else (RFC 6455, 5.2); None leaves it to the parser."""
    if len(chunk) < 6 or chunk[0] != _FINAL_TEXT:
        return None
    size, start = chunk[1] - _MASKED, 2
    if size == _LONGER:
        size, start = int.from_bytes(chunk[2:4], "big"), 4
        if size < _LONGER:
            return None
    elif not 0 <= size < _LONGER:
        return None
    if len(chunk) != start + 4 + size:
        return None
    mask = chunk[start : start + 4] * (size // 4 + 1)
    payload = int.from_bytes(chunk[start + 4 :], "big") ^ int.from_bytes(mask[:size], "big")
    return payload.to_bytes(size, "big")


def is_between_messages(connection: Protocol) -> bool:
    """True where the parser waits for the first byte of a new message, so that one may pass it by."""
    if connection.state is not State.OPEN or connection.reader.buffer or connection.current_size is not None:
        return False
    step: Any = connection.parser
    while (inner := step.gi_yieldfrom) is not None:
        step = inner
    return bool(step.gi_code is _AT_EOF)
