import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404
from django.http.request import UnreadablePostError
from rest_framework import exceptions as drf

from messenger.api.errors import answer_error, json_error
from messenger.errors import MessengerError, NotFound, RateLimited, Unauthenticated, Unavailable, ValidationFailed


def _answer(error: Exception) -> tuple[int, dict[str, Any]]:
    response = answer_error(error, {})
    assert response is not None
    return response.status_code, response.data


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound(), 404, "not_found"),
        (Http404("secret"), 404, "not_found"),
        (drf.NotFound("secret"), 404, "not_found"),
        (PermissionDenied("secret"), 403, "not_allowed"),
        (drf.PermissionDenied("secret"), 403, "not_allowed"),
        (drf.NotAuthenticated(), 401, "unauthenticated"),
        (drf.AuthenticationFailed("secret"), 401, "unauthenticated"),
        (drf.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (drf.ParseError("cut off"), 400, "validation_error"),
        (drf.UnsupportedMediaType("text/plain"), 400, "validation_error"),
        (drf.ValidationError({"name": ["Too long."]}), 400, "validation_error"),
        (drf.Throttled(), 429, "rate_limited"),
        (RequestDataTooBig("too big"), 400, "validation_error"),
        (TooManyFieldsSent("too many"), 400, "validation_error"),
        (UnreadablePostError("gone"), 400, "validation_error"),
        (DataError("secret"), 400, "validation_error"),
        (RecursionError("secret"), 400, "validation_error"),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates"), 400, "validation_error"),
        (OperationalError("secret"), 503, "unavailable"),
        (InterfaceError("secret"), 503, "unavailable"),
    ],
)
def test_each_error_has_its_answer_and_gives_nothing_away(error: Exception, status: int, code: str) -> None:
    answered, body = _answer(error)

    assert (answered, body["code"], body["success"]) == (status, code, False)
    assert set(body) == {"success", "error", "message", "code", "details"}
    assert body["error"] == body["message"]
    assert "secret" not in json.dumps(body)


def test_a_field_keeps_its_sentences() -> None:
    assert _answer(drf.ValidationError({"a": ["One.", "Two."], "b": {"c": ["Three."]}}))[1]["details"] == {
        "a": ["One.", "Two."],
        "b": ["Three."],
    }


def test_a_defect_of_ours_is_left_to_become_one() -> None:
    assert answer_error(ZeroDivisionError(), {}) is None


@pytest.mark.parametrize(
    ("error", "header", "value"),
    [
        (RateLimited(retry_after=12.1), "Retry-After", "13"),
        (RateLimited(retry_after=0.0), "Retry-After", "1"),
        (Unavailable(), "Retry-After", "1"),
        (Unauthenticated(), "WWW-Authenticate", 'Bearer realm="messenger"'),
        (ValidationFailed(), "Cache-Control", "no-store"),
    ],
)
def test_headers_say_what_a_client_can_do(error: MessengerError, header: str, value: str) -> None:
    assert json_error(error).headers[header] == value
