import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from structlog.contextvars import bound_contextvars

from config.logging import REQUEST_ID

_SAFE = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestIds:
    """Names each request in every log line it causes and in its answer; a proxy's `X-Request-Id` is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        named = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = named if _SAFE.fullmatch(named) else uuid.uuid4().hex
        request.META[REQUEST_ID] = request_id
        with bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response.headers["X-Request-Id"] = request_id
        return response
