"""The reference page's rows, from the OpenAPI document: what `templates/apidoc/page.html` shows."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from config.apidoc import openapi
from config.apidoc.components import Json, name_in


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of a sentence; code is set in another face."""

    text: str
    is_code: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A parameter, or a field of a body."""

    name: str
    place: str
    kind: str
    about: list[Words]
    is_needed: bool
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One status that an operation answers with, each paragraph in pieces."""

    status: str
    about: list[list[Words]]
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One operation. `body` is the example to begin with; None where it takes no JSON."""

    name: str
    method: str
    path: str
    summary: str
    about: list[list[Words]]
    parameters: list[Field]
    fields: list[Field]
    body: str | None
    takes_files: bool
    answers: list[Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The operations of one tag."""

    anchor: str
    title: str
    about: str
    entries: list[Entry]


@cache
def sections() -> list[Section]:
    """All of it, in the order of the document."""
    document = openapi.document()
    entries = [
        (operation["tags"][0], _entry(method, path, operation))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return [
        Section(
            anchor=re.sub(r"\W+", "-", tag["name"].lower()),
            title=tag["name"],
            about=tag["description"],
            entries=[entry for name, entry in entries if name == tag["name"]],
        )
        for tag in document["tags"]
    ]


def introduction() -> list[list[Words]]:
    """What holds for all operations, one paragraph or point after the other."""
    text = openapi.document()["info"]["description"].replace("**", "")
    parts = re.split(r"\n\n|\n\* ", text)
    return [_pieces(re.sub(r"\s*\n\s*", " ", part).removeprefix("* ").strip()) for part in parts if part.strip()]


def _entry(method: str, path: str, operation: Json) -> Entry:
    content = operation.get("requestBody", {}).get("content", {})
    body = content.get("application/json")
    shown = body or content.get("multipart/form-data")
    return Entry(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        about=_paragraphs(operation["description"]),
        parameters=[_parameter(item) for item in operation["parameters"]],
        fields=[] if shown is None else list(_fields(shown["schema"])),
        body=None if body is None else _pretty(body["example"]),
        takes_files="multipart/form-data" in content,
        answers=[_answer(status, _resolved(item)) for status, item in operation["responses"].items()],
    )


def _parameter(item: Json) -> Field:
    return Field(
        name=item["name"],
        place=item["in"],
        kind=_kind(item["schema"]),
        about=_pieces(item.get("description", "")),
        is_needed=item["required"],
        example=str(item.get("example", "")),
    )


def _fields(reference: Json) -> Iterator[Field]:
    schema = openapi.document()["components"]["schemas"][name_in(reference)]
    for name, inner in schema["properties"].items():
        yield Field(
            name=name,
            place="body",
            kind=_kind(inner),
            about=_pieces(inner.get("description", "")),
            is_needed=name in schema.get("required", ()),
            example="",
        )


def _answer(status: str, item: Json) -> Answer:
    content = item.get("content", {}).get("application/json", {})
    examples = [one["value"] for one in content.get("examples", {}).values()] or [content.get("example")]
    return Answer(
        status=status,
        about=_paragraphs(item["description"]),
        example="" if examples[0] is None else _pretty(examples[0]),
    )


def _kind(schema: Json) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return name_in(schema)
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(item) for item in schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(json.dumps(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type", "anything"))


def _resolved(item: Json) -> Json:
    if "$ref" not in item:
        return item
    found: Json = openapi.document()["components"]["responses"][item["$ref"].rsplit("/", 1)[-1]]
    return found


def _paragraphs(text: str) -> list[list[Words]]:
    return [_pieces(part.replace("\n", " ")) for part in text.split("\n\n") if part]


def _pieces(text: str) -> list[Words]:
    return [Words(part, index % 2 == 1) for index, part in enumerate(text.split("`")) if part]


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
