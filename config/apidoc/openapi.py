"""The OpenAPI 3.1 document of v4: drf-spectacular walks the routes, the tables say what each of them does."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry
from msgspec import Struct
from rest_framework.views import APIView

from config.apidoc import introduction
from config.apidoc.components import Components
from config.apidoc.errors import Refusals
from config.apidoc.operations import Describing
from config.apidoc.tables import operations
from messenger.api.operations.entries import OneOf

Json = dict[str, Any]
BASE = "/api/v4/"


class TableSchema(AutoSchema):
    """Describes a view by the tables' entry of its method and path; a route without one is left out."""

    def get_operation(
        self,
        path: str,
        path_regex: str,  # noqa: ARG002 (drf-spectacular's signature)
        path_prefix: str,  # noqa: ARG002
        method: str,
        registry: ComponentRegistry,  # noqa: ARG002
    ) -> Json | None:
        entry = operations().get((method.upper(), path.removeprefix(BASE)))
        return None if entry is None else _describing().of(entry)


def no_request(*_: object) -> None:
    """drf-spectacular looks at views with a made-up request; the tables need none."""


class TableGenerator(SchemaGenerator):
    """drf-spectacular's generator over the routes of v4, with the tables' components. It brings no types."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def paths(self) -> Json:
        """The paths of the document."""
        made: Json = self.get_schema(public=True)  # type: ignore[no-untyped-call]
        return dict(made["paths"])

    def routed(self) -> Iterator[tuple[str, str]]:
        """Every method and path."""
        self._initialise_endpoints()
        for endpoint in self.endpoints or []:
            yield endpoint[-2], endpoint[0]

    def _initialise_endpoints(self) -> None:
        super()._initialise_endpoints()  # type: ignore[no-untyped-call]
        self.endpoints = [item for item in self.endpoints or [] if item[0].startswith(BASE)]

    def coerce_path(self, path: str, method: str, view: APIView) -> str:  # noqa: ARG002 (drf-spectacular's signature)
        """Names parameters as v4 names its fields."""
        return _camel(path)


@cache
def document() -> Json:
    """The whole document, made once a process."""
    describing = _describing()
    paths = TableGenerator().paths()
    return {
        **introduction.head(),
        "paths": dict(sorted(paths.items(), key=_order_of_tables)),
        "components": {
            "schemas": describing.components.schemas,
            "responses": dict(sorted(describing.refusals.responses.items())),
            "securitySchemes": introduction.SECURITY_SCHEMES,
        },
    }


def routes() -> set[tuple[str, str]]:
    """Every method and path that is routed below `/api/v4/`, described or not."""
    return {(method, _camel(path).removeprefix(BASE)) for method, path in TableGenerator().routed()}


def _camel(path: str) -> str:
    return re.sub(r"{\w+}", lambda name: re.sub(r"_(\w)", lambda letter: letter[1].upper(), name[0]), path)


@cache
def _describing() -> Describing:
    return Describing(components=Components(_types()), refusals=Refusals())


def _types() -> Iterator[type[Struct]]:
    for entry in operations().values():
        yield from (kind for kind in (entry.query, entry.body, entry.form) if kind is not None)
        for answer in entry.answers.values():
            if isinstance(answer, OneOf):
                yield from answer.kinds
            elif isinstance(answer, type):
                yield answer


def _order_of_tables(item: tuple[str, Json]) -> int:
    paths = [f"{BASE}{path}" for _, path in operations()]
    return paths.index(item[0])
