"""The one mapping from errors to HTTP answers. Views let errors pass; nothing else here turns one into a body."""

import math
from collections.abc import Callable, Mapping

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from rest_framework import exceptions as drf
from rest_framework.response import Response

from messenger.errors import (
    MessengerError,
    MethodNotAllowed,
    NotAllowed,
    NotFound,
    RateLimited,
    Unauthenticated,
    Unavailable,
    ValidationFailed,
)
from messenger.inputs import JsonObject

CHALLENGE = 'Bearer realm="messenger"'

_FORM = "multipart/form-data"


def answer_error(error: Exception, context: Mapping[str, object]) -> Response | None:
    """Answer what a view raised (DRF's EXCEPTION_HANDLER); None for a defect of ours, which becomes a 500."""
    is_wrong_type = isinstance(error, drf.UnsupportedMediaType)
    known = _wrong_type(context.get("view")) if is_wrong_type else domain_error_of(error)
    if known is None:
        return None
    return Response(error_body(known), status=known.status, headers=error_headers(known))


def json_error(error: MessengerError) -> JsonResponse:
    """Answer an error where no DRF view is at work."""
    return JsonResponse(error_body(error), status=error.status, headers=error_headers(error))


def error_body(error: MessengerError) -> JsonObject:
    """Spell an error as every version does (contract: Errors)."""
    return {
        "success": False,
        "error": error.message,
        "message": error.message,
        "code": error.code,
        "details": error.details,
    }


def error_headers(error: MessengerError) -> dict[str, str]:
    """Name the headers that belong to an error: when to try again, how to prove who one is."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, RateLimited | Unavailable):
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if error.status == 401:
        headers["WWW-Authenticate"] = CHALLENGE
    return headers


def domain_error_of(error: Exception) -> MessengerError | None:
    """Translate what Django, DRF and the database raise into the domain's words."""
    if isinstance(error, MessengerError):
        return error
    for kind, translate in _TRANSLATIONS:
        if isinstance(error, kind):
            return translate(error)
    return None


def _unreadable(error: Exception) -> MessengerError:
    return ValidationFailed.at("body", str(error) or "This request cannot be read.")


def _wrong_type(view: object) -> MessengerError:
    taken = {parser.media_type for parser in getattr(view, "parser_classes", ())}
    if taken == {_FORM}:
        return ValidationFailed.at("Content-Type", f"A form with a file is expected here ({_FORM}).")
    return ValidationFailed.at("Content-Type", "JSON is expected here (application/json).")


def _invalid(error: Exception) -> MessengerError:
    assert isinstance(error, drf.ValidationError)
    found = error.detail if isinstance(error.detail, dict) else {"body": error.detail}
    return ValidationFailed.of({field: _sentences(problem) for field, problem in found.items()})


def _sentences(problem: object) -> list[str]:
    if isinstance(problem, dict):
        return [sentence for part in problem.values() for sentence in _sentences(part)]
    if isinstance(problem, list):
        return [sentence for part in problem for sentence in _sentences(part)]
    return [str(problem)]


def _throttled(error: Exception) -> MessengerError:
    assert isinstance(error, drf.Throttled)
    return RateLimited(retry_after=float(getattr(error, "wait", None) or 1))


_TRANSLATIONS: tuple[
    tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Exception], MessengerError]], ...
] = (
    ((drf.NotAuthenticated, drf.AuthenticationFailed), lambda _: Unauthenticated()),
    ((drf.PermissionDenied, PermissionDenied), lambda _: NotAllowed()),
    (drf.MethodNotAllowed, lambda _: MethodNotAllowed()),
    (drf.UnsupportedMediaType, _wrong_type),
    (drf.ParseError, _unreadable),
    (drf.ValidationError, _invalid),
    (drf.Throttled, _throttled),
    ((drf.NotFound, Http404), lambda _: NotFound()),
    ((SuspiciousOperation, UnreadablePostError, BadRequest, MultiPartParserError), _unreadable),
    ((DataError, RecursionError, UnicodeEncodeError), lambda _: ValidationFailed()),
    ((OperationalError, InterfaceError), lambda _: Unavailable()),
)
