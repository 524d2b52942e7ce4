"""Holds what the product answers over REST against its own OpenAPI document.

Every answer under `/api/v4/` that a test gets must be documented: its status, its code where it is a refusal, and its
body, in which no field may be that the document does not name. What was accepted must have been allowed to be sent.
"""

import copy
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs

from config.apidoc import openapi

Json = dict[str, Any]
Validator = jsonschema_rs.Draft202012Validator
BASE = openapi.BASE
_NOISE = {"format", "nonsense"}  # what tests send to see it passed over


class Undocumented(AssertionError):
    """The product and its document say different things."""


def check(*, method: str, address: str, sent: bytes, sent_type: str, status: int, answered: bytes | None) -> None:
    """Hold one request and its answer against the document; `answered` is None where the body is a stream.

    :raises Undocumented: they differ.
    """
    path, _, query = address.partition("?")
    found = operation_at(method, path)
    if found is None:
        return
    name, operation = found
    where = f"{method} {path} ({name})"
    response = operation["responses"].get(str(status))
    if response is None:
        raise Undocumented(f"{where} answered {status}, which the document does not name: {answered!r:.500}")
    if answered:
        _check_body(where, name, status, answered)
    if 200 <= status < 300:
        _check_request(where, name, operation, query, sent, sent_type)


def operation_at(method: str, path: str) -> tuple[str, Json] | None:
    """The name and the operation that serves this; None for what is no route, or no method of it."""
    for pattern, methods in _paths():
        if pattern.fullmatch(path):
            operation = methods.get(method.lower())
            return None if operation is None else (operation["operationId"], operation)
    return None


def _check_body(where: str, name: str, status: int, answered: bytes) -> None:
    validator = _answer_validator(name, status)
    if validator is None:
        return
    body = json.loads(answered)
    for error in validator.iter_errors(body):
        place = "/".join(str(part) for part in error.instance_path)
        raise Undocumented(f"{where} answered {status} with another body: at {place or 'top'}: {error.message:.400}")


def _check_request(where: str, name: str, operation: Json, query: str, sent: bytes, sent_type: str) -> None:
    known = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"}
    unknown = {key for key, _ in parse_qsl(query)} - known - _NOISE
    if unknown:
        raise Undocumented(f"{where} was asked with parameters that the document does not name: {unknown}")
    validator = _request_validator(name) if sent_type == "application/json" else None
    if validator is not None:
        for error in validator.iter_errors(json.loads(sent or b"{}")):
            place = "/".join(str(part) for part in error.instance_path)
            raise Undocumented(f"{where} took what the document forbids: at {place or 'top'}: {error.message:.400}")


@cache
def _paths() -> list[tuple[re.Pattern[str], Json]]:
    """Patterns of all paths, those with fewer parameters first."""
    paths = sorted(openapi.document()["paths"].items(), key=lambda item: item[0].count("{"))
    return [(re.compile(re.sub(r"{\w+}", "[^/]+", path) + "/?"), methods) for path, methods in paths]


@cache
def _operations() -> dict[str, Json]:
    return {
        entry["operationId"]: entry for methods in openapi.document()["paths"].values() for entry in methods.values()
    }


@cache
def _answer_validator(name: str, status: int) -> "Validator | None":
    response = resolved(_operations()[name]["responses"][str(status)])
    return validator_of(response, _closed_components())


@cache
def _request_validator(name: str) -> "Validator | None":
    return validator_of(_operations()[name].get("requestBody", {}), openapi.document()["components"])


def validator_of(described: Mapping[str, Any], components: Json) -> "Validator | None":
    """A validator of the JSON content of a response or a request body; None where it has none."""
    schema = described.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return None
    return Validator({**closed(schema), "components": {"schemas": components["schemas"]}})


def resolved(described: Json) -> Json:
    """What a `$ref` to a response stands for."""
    if "$ref" not in described:
        return described
    found: Json = openapi.document()["components"]["responses"][described["$ref"].rsplit("/", 1)[-1]]
    return found


@cache
def _closed_components() -> Json:
    return {"schemas": closed(openapi.document()["components"]["schemas"])}


def closed(schema: Any) -> Any:
    """The schema with every object closed whose fields it names."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return copy.copy(schema)
    made = {key: closed(value) for key, value in schema.items() if key not in ("examples", "example")}
    if isinstance(made.get("properties"), dict) and schema.get("type") == "object":
        made.setdefault("additionalProperties", False)
    return made
