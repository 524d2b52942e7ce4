import re
import uuid

from django.http import HttpRequest, HttpResponseBase
from structlog.contextvars import bind_contextvars, clear_contextvars

from config.middleware.both_ways import BothWays

_SAFE = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestIds(BothWays):
    """Names each request in every log line it causes and in its answer; a proxy's `X-Request-Id` is kept."""

    def before(self, request: HttpRequest) -> None:
        named = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = named if _SAFE.fullmatch(named) else uuid.uuid4().hex
        request.META["HTTP_X_REQUEST_ID"] = request_id
        clear_contextvars()
        bind_contextvars(request_id=request_id)

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers["X-Request-Id"] = request.META["HTTP_X_REQUEST_ID"]
        return response
