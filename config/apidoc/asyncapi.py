"""The AsyncAPI 3 document of v4's events: both directions, on the native WebSocket and on Socket.IO."""

import inspect
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from msgspec import Struct

from config.apidoc.components import Components
from config.apidoc.tables import EVENTS_IN, EVENTS_OUT
from messenger.realtime.vocabulary import Door, EventIn, EventOut
from messenger.wire_types.events import SocketError

Json = dict[str, Any]

ABOUT = """\
One set of events, two doors: the native WebSocket `/ws/messenger/`, and Socket.IO v5 at `/socket.io/` (default
namespace, long-polling and WebSocket). A connection gets everything for its user; there are no rooms to join.

**Proof**, any one of: the session cookie, `Authorization: Bearer`, `?token=`, Socket.IO's `auth: {token}`, or the event
`auth {token}` within 10 s. **Close codes**: 4001 sign in again; 4008 too many events or connections; 4009 reader too
slow; 4010 server going down; 1009 frame over 256 KiB.

**Order**: events of one conversation carry its `version`; a gap shows that one was lost, and `messenger:v4:sync` heals
it. Bodies are the same for all receivers; what is the receiver's own comes in events of its own.
"""
_TOKEN: Json = {"type": "object", "properties": {"token": {"type": "string", "description": "An access token."}}}
_DOORS: dict[Door, Json] = {
    "native": {
        "address": "/ws/messenger/",
        "title": "Native WebSocket",
        "description": "JSON text frames. A client's frame may have a `ref` (a string or a number); its answer has it "
        "too: `{ref, ok: true, data}` or `{ref, ok: false, error}`.",
        "bindings": {"ws": {"method": "GET", "query": _TOKEN}},
    },
    "socketio": {
        "address": "/socket.io/",
        "title": "Socket.IO",
        "description": "The event's name, and its data as the one argument; the answer goes to the acknowledgement "
        "callback: `{ok: true, data}` or `{ok: false, error}`.",
    },
}
_REF: Json = {"anyOf": [{"type": "string", "maxLength": 64}, {"type": "integer"}]}


@cache
def document() -> Json:
    """The whole document, made once a process."""
    writing = _Writing()
    operations = dict(writing.operations())
    host = urlsplit(settings.BASE_URL)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Messenger events", "version": "4", "description": ABOUT},
        "defaultContentType": "application/json",
        "servers": {"here": {"host": host.netloc, "protocol": "wss" if host.scheme == "https" else "ws"}},
        "channels": {
            door: {**about, "messages": {key: _ref("messages", key) for key in writing.channel_messages[door]}}
            for door, about in _DOORS.items()
        },
        "operations": operations,
        "components": {"schemas": writing.components.schemas, "messages": writing.messages},
    }


def key_of(name: str) -> str:
    """An event's name as a key: `messenger:v4:message-edited` becomes `messageEdited`."""
    words = re.split(r"[:-]", name.removeprefix("messenger:v4:"))
    return words[0] + "".join(word.capitalize() for word in words[1:])


class _Writing:
    """Writes the operations down; messages and channels are gathered meanwhile."""

    def __init__(self) -> None:
        self.components = Components(_types())
        self.messages: Json = {}
        self.channel_messages: dict[Door, list[str]] = {door: [] for door in _DOORS}

    def operations(self) -> Iterator[tuple[str, Json]]:
        for out in EVENTS_OUT:
            for door in out.doors:
                yield f"{door}Send{_title(out.name)}", self._sending(out, door)
        for taken in EVENTS_IN:
            for door in _DOORS:
                yield f"{door}Receive{_title(taken.name)}", self._receiving(taken, door)

    def _sending(self, out: EventOut, door: Door) -> Json:
        data = self.components.reference(out.data)
        payload = data if door == "socketio" else _object({"event": {"const": out.name}, "data": data})
        example = self.components.example(out.data)
        shown = example if door == "socketio" else {"event": out.name, "data": example}
        key = self._message(f"{key_of(out.name)}Told", door, out.name, payload, shown, _about(out.data))
        return {
            "action": "send",
            "channel": {"$ref": f"#/channels/{door}"},
            "summary": f"Goes to {out.to}.",
            "description": "\n\n".join(_facts(out)),
            "messages": [_in_channel(door, key)],
        }

    def _receiving(self, taken: EventIn, door: Door) -> Json:
        key, data = key_of(taken.name), self.components.reference(taken.data)
        example = self.components.example(taken.data)
        frame = _object({"event": {"const": taken.name}, "data": data, "ref": _REF}, needed=("event",))
        payload = data if door == "socketio" else frame
        shown = example if door == "socketio" else {"event": taken.name, "data": example, "ref": "7"}
        asked = self._message(key, door, taken.name, payload, shown, _about(taken.data))
        answered = self._answer(f"{key}Answer", door, taken)
        refused = self._refusal(f"{key}Refusal", door, taken)
        return {
            "action": "receive",
            "channel": {"$ref": f"#/channels/{door}"},
            "summary": taken.about,
            "messages": [_in_channel(door, asked)],
            "reply": {
                "channel": {"$ref": f"#/channels/{door}"},
                "messages": [_in_channel(door, answered), _in_channel(door, refused)],
            },
        }

    def _answer(self, key: str, door: Door, taken: EventIn) -> str:
        fields = {"ok": {"const": True}, "data": self.components.reference(taken.answer)}
        example = {"ok": True, "data": self.components.example(taken.answer)}
        return self._message(key, door, "answer", *_with_ref(door, fields, example), _about(taken.answer))

    def _refusal(self, key: str, door: Door, taken: EventIn) -> str:
        codes = sorted({error.code for error in taken.every_error})
        error = self.components.reference(SocketError)
        allowed = {"allOf": [error, {"properties": {"code": {"enum": codes}}}]}
        fields = {"ok": {"const": False}, "error": allowed}
        first = taken.every_error[0]
        example = {"ok": False, "error": {"code": first.code, "message": first.default_message}}
        lines = [f"`{one.code}`: {one.default_message}" for one in taken.every_error]
        return self._message(key, door, "refusal", *_with_ref(door, fields, example), "\n\n".join(lines))

    def _message(self, key: str, door: Door, name: str, payload: Json, example: Any, about: str) -> str:
        full = key if door == "socketio" else f"{key}Frame"
        self.messages[full] = {
            "name": name,
            "title": key,
            "description": about,
            "payload": payload,
            "examples": [{"payload": example}],
        }
        self.channel_messages[door].append(full)
        return full


def _types() -> Iterator[type[Struct]]:
    yield SocketError
    for out in EVENTS_OUT:
        yield out.data
    for taken in EVENTS_IN:
        yield from (taken.data, taken.answer)


def _with_ref(door: Door, fields: Json, example: Json) -> tuple[Json, Json]:
    if door == "socketio":
        return _object(fields), example
    return _object({"ref": {"type": "string"}, **fields}), {"ref": "7", **example}


def _object(fields: Json, *, needed: tuple[str, ...] | None = None) -> Json:
    return {"type": "object", "properties": fields, "required": list(fields if needed is None else needed)}


def _facts(out: EventOut) -> Iterator[str]:
    for fact in out.spells:
        about = inspect.cleandoc(fact.__doc__ or "")
        yield fact.__name__ if about.startswith(f"{fact.__name__}(") else f"{fact.__name__}: {about}"


def _about(kind: type[Struct]) -> str:
    return inspect.cleandoc(kind.__doc__ or "")


def _title(name: str) -> str:
    key = key_of(name)
    return key[0].upper() + key[1:]


def _ref(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}


def _in_channel(door: Door, key: str) -> Json:
    return {"$ref": f"#/channels/{door}/messages/{key}"}
