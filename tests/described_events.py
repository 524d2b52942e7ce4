"""Holds what goes over sockets against the product's own AsyncAPI document: every event, answer and refusal."""

from functools import cache
from typing import Any

import jsonschema_rs

from config.apidoc import asyncapi
from tests.described import Undocumented, Validator, closed

Json = dict[str, Any]
_UNKNOWN = {"unknown_event", "validation_error", "rate_limited"}


def check_event(name: str, data: object, *, door: str = "native") -> None:
    """Hold an event from the server against the document.

    :raises Undocumented: it is not named there, or has another body.
    """
    if not name.startswith(("messenger:v4:", "auth:", "presence:")):
        return
    message = f"{asyncapi.key_of(name)}Told"
    if not _has(message, door):
        raise Undocumented(f"the event {name} is not in the document for {door}")
    _check(message, door, {"event": name, "data": data} if door == "native" else data, f"the event {name}")


def check_answer(event: str, answer: Json, *, door: str = "native") -> None:
    """Hold the answer to a client's event against the document.

    :raises Undocumented: its body, or the code of the refusal, is not named there.
    """
    key = asyncapi.key_of(event)
    if _has(key, door):
        _check(f"{key}{'Answer' if answer['ok'] else 'Refusal'}", door, answer, f"the answer to {event}")
    elif answer["ok"] or answer["error"]["code"] not in _UNKNOWN:
        raise Undocumented(f"{event} is not in the document, and was answered {answer}")


def _has(key: str, door: str) -> bool:
    return _full(key, door) in asyncapi.document()["components"]["messages"]


def _full(key: str, door: str) -> str:
    return f"{key}Frame" if door == "native" else key


def _check(key: str, door: str, value: object, what: str) -> None:
    error = next(iter(_validator(_full(key, door)).iter_errors(value)), None)
    if error is not None:
        place = "/".join(str(part) for part in error.instance_path)
        raise Undocumented(f"{what} has another body: at {place or 'top'}: {error.message:.400}")


@cache
def _validator(key: str) -> "jsonschema_rs.Draft202012Validator":
    components = asyncapi.document()["components"]
    payload = closed(components["messages"][key]["payload"])
    return Validator({**payload, "components": {"schemas": _closed_schemas()}})


@cache
def _closed_schemas() -> Json:
    return dict(closed(asyncapi.document()["components"]["schemas"]))
