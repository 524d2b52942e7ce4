"""How each contender's wire is spoken: frames out as bytes, frames in as one small shape."""

from typing import Protocol, TypedDict

import msgspec


class Message(msgspec.Struct):
    """The part of a message that the generator looks at."""

    id: str = "0"
    seq: int = 0
    content: str = ""


class Refusal(msgspec.Struct):
    """Why a server did not do it."""

    code: str = "error"


class Body(msgspec.Struct, rename="camel"):
    """The part of any event or answer that the generator looks at."""

    message: Message | None = None
    conversation_id: str = ""
    user_id: str = ""
    last_read_seq: int = 0
    is_typing: bool = False


class Arrival(msgspec.Struct):
    """One frame from a server: an event (`event`), an answer (`ref`), or neither."""

    event: str | None = None
    ref: str | None = None
    ok: bool = True
    data: Body | None = None
    error: Refusal | None = None


class Payload(TypedDict, total=False):
    """What a client sends."""

    conversationId: str
    content: str
    clientNonce: str
    upToSeq: int
    isTyping: bool


class Wire(Protocol):
    """One vocabulary on a WebSocket."""

    def address(self, *, url: str, token: str) -> str:
        """Return where a socket of the bearer of `token` connects to."""

    def opening(self, *, token: str) -> bytes | None:
        """Return what a client says first, `None` where the address says it all."""

    def request(self, *, key: int, event: str, data: Payload) -> bytes:
        """Return the frame that asks for `event` and wants its answer under `key`."""

    def read(self, frame: memoryview) -> Arrival:
        """Return what a frame says; `event` is `hello` once the connection is signed in."""

    def reply(self, frame: memoryview) -> bytes | None:
        """Return what the protocol itself wants to be answered to `frame`."""


_encode = msgspec.json.Encoder().encode


class NativeWire:
    """The product's own WebSocket (and `naive`'s, which borrows it)."""

    def __init__(self) -> None:
        self._decode = msgspec.json.Decoder(Arrival).decode

    def address(self, *, url: str, token: str) -> str:
        return f"{url}?token={token}"

    def opening(self, *, token: str) -> bytes | None:
        return None

    def request(self, *, key: int, event: str, data: Payload) -> bytes:
        return b'{"event":"%s","ref":"%d","data":%s}' % (event.encode(), key, _encode(data))

    def read(self, frame: memoryview) -> Arrival:
        arrival = self._decode(frame)
        if arrival.event == "messenger:v4:hello":
            arrival.event = "hello"
        return arrival

    def reply(self, frame: memoryview) -> bytes | None:
        return None


class _Answer(msgspec.Struct):
    ok: bool = True
    data: Body | None = None
    error: Refusal | None = None


class SocketIoWire:
    """Socket.IO 5 over Engine.IO 4, WebSocket alone."""

    def __init__(self) -> None:
        self._event = msgspec.json.Decoder(tuple[str, Body]).decode
        self._answer = msgspec.json.Decoder(tuple[_Answer]).decode

    def address(self, *, url: str, token: str) -> str:
        return f"{url}?EIO=4&transport=websocket"

    def opening(self, *, token: str) -> bytes | None:
        return b'40{"token":"%s"}' % token.encode()

    def request(self, *, key: int, event: str, data: Payload) -> bytes:
        return b'42%d["%s",%s]' % (key, event.encode(), _encode(data))

    def read(self, frame: memoryview) -> Arrival:
        kind = bytes(frame[:2])
        if kind == b"42":
            name, body = self._event(frame[2:])
            return Arrival(event=name, data=body)
        if kind == b"43":
            bracket = bytes(frame[:16]).index(b"[")
            (answer,) = self._answer(frame[bracket:])
            ref = bytes(frame[2:bracket]).decode()
            return Arrival(ref=ref, ok=answer.ok, data=answer.data, error=answer.error)
        if kind == b"40":
            return Arrival(event="hello")
        if kind == b"44":
            return Arrival(event="refused")
        return Arrival()

    def reply(self, frame: memoryview) -> bytes | None:
        return b"3" if bytes(frame[:2]) == b"2" else None


def wire_called(name: str) -> Wire:
    """Return the wire of a contender's `protocol`.

    :raises KeyError: nobody speaks it.
    """
    wires: dict[str, type[NativeWire] | type[SocketIoWire]] = {"native": NativeWire, "socketio": SocketIoWire}
    return wires[name]()
