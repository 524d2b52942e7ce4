"""One operation of the OpenAPI document, from its table entry."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from config.apidoc.components import Components, Json, name_in
from config.apidoc.errors import Refusals
from messenger.api.operations.entries import Answer, Download, Empty, OneOf, Operation

_HEADERS: dict[str, Json] = {
    "Idempotency-Key": {
        "description": "The same request again with the same key is carried out once, for 24 hours, and gets the first "
        "answer. For messages and conversations it is another name for `clientNonce`; where both are sent they must "
        "agree.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
        "example": "2f7c0a52-1f0b-4d3f-9a55-0c1f0a8f6f1e",
    },
    "Range": {
        "description": "A single range of bytes.",
        "schema": {"type": "string"},
        "example": "bytes=0-1023",
    },
    "If-Range": {"description": "An `ETag`: the range counts for that version only.", "schema": {"type": "string"}},
    "If-None-Match": {"description": "An `ETag`: 304 where it still fits.", "schema": {"type": "string"}},
}
_PATH_ID: Json = {"type": "string", "pattern": "^[1-9][0-9]{0,14}$"}
_PATH_CODE: Json = {
    "description": "The code that was shown once.",
    "schema": {"type": "string", "maxLength": 64, "pattern": "^[A-Za-z0-9_-]+$"},
    "example": "q3dJxk0Vt2mYwz9sB4aLrNf1",
}
_BYTES: Json = {"type": "string", "format": "binary"}
_FILES: dict[str, Json] = {"application/json": {"type": "object"}}
_WORDS = {200: "Done", 201: "Made"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Describing:
    """Spells operations; the schemas and refusals that they name are gathered beside."""

    components: Components
    refusals: Refusals

    def of(self, entry: Operation) -> Json:
        """The operation as OpenAPI spells it."""
        body = self._body(entry)
        return {
            "operationId": entry.name,
            "summary": entry.summary,
            "description": _description(entry),
            "tags": [entry.tag],
            "parameters": list(self._parameters(entry)),
            **({"requestBody": body} if body else {}),
            "security": _security(entry),
            "responses": {
                **{str(status): self._answer(status, answer) for status, answer in entry.answers.items()},
                **self.refusals.of(entry.every_error),
            },
        }

    def _parameters(self, entry: Operation) -> Iterator[Json]:
        for name in re.findall(r"{(\w+)}", entry.path):
            yield {"name": name, "in": "path", "required": True, **(_PATH_CODE if name == "code" else _path_id(name))}
        if entry.query is not None:
            for name, schema, is_required in self.components.properties(entry.query):
                yield self._query_parameter(name, schema, is_required=is_required)
        for name in entry.headers:
            yield {"name": name, "in": "header", "required": False, **_HEADERS[name]}

    def _query_parameter(self, name: str, schema: Json, *, is_required: bool) -> Json:
        bare = {key: value for key, value in schema.items() if key != "description"}
        return {
            "name": name,
            "in": "query",
            "required": is_required,
            **({} if is_required else {"allowEmptyValue": True}),  # `?before=` counts as not given
            **({"description": schema["description"]} if "description" in schema else {}),
            "schema": bare,
            **({"example": schema["examples"][0]} if "examples" in schema else {}),
        }

    def _body(self, entry: Operation) -> Json | None:
        content: Json = {}
        if entry.body is not None:
            content["application/json"] = self._content(entry.body)
        if entry.form is not None:
            content["multipart/form-data"] = self._content(entry.form)
        kinds = [kind for kind in (entry.body, entry.form) if kind is not None]
        is_required = any(needed for kind in kinds for *_, needed in self.components.properties(kind))
        return {"required": is_required, "content": content} if content else None

    def _content(self, kind: type[Struct]) -> Json:
        return {"schema": self.components.reference(kind), "example": self.components.example(kind)}

    def _answer(self, status: int, answer: Answer) -> Json:
        if isinstance(answer, Empty):
            return {"description": answer.about}
        if isinstance(answer, Download):
            return {
                "description": answer.about,
                "content": {name: {"schema": _FILES.get(name, _BYTES)} for name in answer.media_types},
            }
        if isinstance(answer, OneOf):
            kinds = [self.components.reference(kind) for kind in answer.kinds]
            content = {"schema": {"anyOf": kinds}, "example": self.components.example(answer.kinds[0])}
            return {"description": _WORDS.get(status, "Answer"), "content": {"application/json": content}}
        about = self.components.schemas[name_in(self.components.reference(answer))].get("description")
        return {
            "description": about or _WORDS.get(status, "Answer"),
            "content": {"application/json": self._content(answer)},
        }


def _path_id(name: str) -> Json:
    example = "341" if name == "messageId" else "7" if name == "userId" else "12"
    return {"description": "An id; a number will do as well.", "schema": _PATH_ID, "example": example}


def _description(entry: Operation) -> str:
    alias = f"The same as `{entry.alias_of}`, at an older address." if entry.alias_of else ""
    return "\n\n".join(part for part in (entry.about, alias) if part)


def _security(entry: Operation) -> list[dict[str, list[Any]]]:
    if entry.access == "open":
        return [{}]
    if entry.access == "csrf":
        return [{"csrf": []}]
    session: dict[str, list[Any]] = {"session": [], "csrf": []} if entry.is_unsafe else {"session": []}
    return [{"bearer": []}, session]
