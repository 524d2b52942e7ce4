"""Addresses of API routes: each answers with and without its last slash, since a redirect would lose a POST's body."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, register_converter
from django.urls.resolvers import RoutePattern

from messenger.api.errors import json_error
from messenger.errors import UnknownRoute
from messenger.inputs import MAX_IDENTIFIER

NO_ID = 0
_MAX_ID_LENGTH = 16


class IdConverter:
    """An id in an address. What can be none (a word, too many digits) reads as `NO_ID`: 404, as nothing has it."""

    regex = "[^/]+"

    def to_python(self, value: str) -> int:
        is_number = len(value) <= _MAX_ID_LENGTH and value.isascii() and value.isdecimal()
        identifier = int(value) if is_number else NO_ID
        return identifier if identifier <= MAX_IDENTIFIER else NO_ID

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(IdConverter, "id")


class _WithOrWithoutSlash(RoutePattern):
    def match(self, path: str) -> tuple[str, tuple[Any, ...], dict[str, int | str]] | None:
        return super().match(path.removesuffix("/"))


def route(path: str, view: Callable[..., HttpResponseBase], name: str | None = None) -> URLPattern:
    """A route such as `v4/messenger/conversations/<id:conversation_id>`, given without its last slash."""
    return URLPattern(_WithOrWithoutSlash(path, name=name, is_endpoint=True), view, None, name)


def unknown_route(_request: HttpRequest) -> HttpResponse:
    """Answer an address under `/api/` that is none; comes last in the map."""
    return json_error(UnknownRoute())


unknown_route.csrf_exempt = True  # type: ignore[attr-defined]  # Django's own way to mark a view
