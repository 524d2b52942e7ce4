"""JSON schemas of types, and examples made of what their fields show."""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from messenger.wire_types.values import Input

Json = dict[str, Any]
_REFERENCE = "#/components/schemas/"
_LEFT_OUT = ("recipientId", "reason", "flow")  # what hardly ever comes
_UNBOUND = {"string": "text", "integer": 1, "number": 1.5, "boolean": False, "array": [], "object": {}}


class Components:
    """The schemas of some types, each below its name.

    What the server sends may have more fields in a later version, so that the document leaves its objects open. What
    a client sends is closed only where an unknown field is refused.
    """

    def __init__(self, types: Iterable[type[msgspec.Struct]]) -> None:
        known = list(dict.fromkeys(types))
        found, schemas = msgspec.json.schema_components(known, ref_template=f"{_REFERENCE}{{name}}")
        self._references = dict(zip(known, found, strict=True))
        inputs = {name_in(self._references[kind]) for kind in known if issubclass(kind, Input)}
        self.schemas: Json = {
            name: _tidied(schema, is_closed=name in inputs) for name, schema in sorted(schemas.items())
        }

    def reference(self, kind: type[msgspec.Struct]) -> Json:
        """The `$ref` to a type."""
        return dict(self._references[kind])

    def properties(self, kind: type[msgspec.Struct]) -> list[tuple[str, Json, bool]]:
        """Name, schema and whether it is needed, of each field of a type."""
        schema = self.schemas[name_in(self._references[kind])]
        return [(name, inner, name in schema.get("required", ())) for name, inner in schema["properties"].items()]

    def example(self, kind: type[msgspec.Struct]) -> Any:
        """A value of this type, made of its fields' examples."""
        return example_of(self.reference(kind), self.schemas)


def name_in(reference: Mapping[str, Any]) -> str:
    """The component that a `$ref` names."""
    return str(reference["$ref"]).removeprefix(_REFERENCE)


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """A value that the schema allows: the given examples, put together."""
    if "$ref" in schema:
        return example_of(schemas[name_in(schema)], schemas)
    for known in ("examples", "enum"):
        if schema.get(known):
            return schema[known][0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas)
    if "properties" in schema:
        needed = schema.get("required", ())
        return {
            name: example_of(inner, schemas)
            for name, inner in schema["properties"].items()
            if name in needed or name not in _LEFT_OUT
        }
    if schema.get("type") == "array" and schema.get("items"):
        return [example_of(schema["items"], schemas)]
    return _UNBOUND[schema.get("type", "object")]


def _tidied(schema: Json, *, is_closed: bool) -> Json:
    if "description" in schema:
        schema["description"] = inspect.cleandoc(schema["description"])
    if not is_closed:
        schema.pop("additionalProperties", None)
    return schema
