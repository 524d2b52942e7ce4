"""The API documents over HTTP, without signing in: `/api/schema/` and `/api/asyncapi.json`."""

import hashlib
from functools import cache
from typing import Literal, cast

import msgspec
import yaml
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt

from config.apidoc import asyncapi, openapi, reference
from messenger.api.errors import json_error
from messenger.errors import MethodNotAllowed, ValidationFailed

Format = Literal["json", "yaml"]

_TYPES: dict[Format, str] = {"json": "application/vnd.oai.openapi+json", "yaml": "application/vnd.oai.openapi"}
_YAML = ("application/yaml", "application/x-yaml", "text/yaml", "application/vnd.oai.openapi")


@csrf_exempt
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document: JSON, or YAML by `?format=yaml` or by `Accept`."""
    wanted = request.GET.get("format") or ("yaml" if _prefers_yaml(request) else "json")
    if wanted not in ("json", "yaml"):
        return json_error(ValidationFailed.at("format", "One of json, yaml is expected."))
    kind: Format = "yaml" if wanted == "yaml" else "json"
    media_type = _TYPES[kind] if request.headers.get("Accept", "").startswith(_TYPES[kind]) else f"application/{kind}"
    return _document(request, _spelled(kind), media_type)


@csrf_exempt
def events(request: HttpRequest) -> HttpResponse:
    """The AsyncAPI document."""
    return _document(request, _events(), "application/json")


def docs(request: HttpRequest) -> HttpResponse:
    """The reference with a form for each operation; it loads nothing from another host."""
    if request.method not in ("GET", "HEAD"):
        return json_error(MethodNotAllowed())
    rows = {"sections": reference.sections(), "introduction": reference.introduction()}
    return render(request, "apidoc/page.html", rows)


def _document(request: HttpRequest, content: bytes, media_type: str) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return json_error(MethodNotAllowed())
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept", "X-Content-Type-Options": "nosniff"}
    response = HttpResponse(content, content_type=media_type, headers=headers)
    return cast(HttpResponse, get_conditional_response(request, etag=etag, response=response))


def _prefers_yaml(request: HttpRequest) -> bool:
    """The first type that is named and is one of ours counts; clients that ask for YAML name little else."""
    for part in request.headers.get("Accept", "").split(","):
        media_type = part.split(";")[0].strip().lower()
        if media_type in _YAML:
            return True
        if media_type in ("application/json", _TYPES["json"], "*/*"):
            return False
    return False


@cache
def _spelled(kind: Format) -> bytes:
    made = openapi.document()
    if kind == "json":
        return msgspec.json.encode(made)
    return yaml.dump(made, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110).encode()


@cache
def _events() -> bytes:
    return msgspec.json.encode(asyncapi.document())


class _Plain(yaml.CSafeDumper):
    """Writes repeated parts out, since many readers know no anchors."""

    def ignore_aliases(self, _data: object) -> bool:
        return True
