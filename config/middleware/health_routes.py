from collections.abc import Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponseBase

from config import health
from config.middleware.both_ways import Answer

_ROUTES = {"/healthz": health.healthz, "/readyz": health.readyz, "/metrics": health.metrics}


class HealthRoutes:
    """Answers the health routes before anything else: whatever the host name, without sessions and redirects."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self.get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        view = _ROUTES.get(request.path.rstrip("/"))
        if view is None:
            return self.get_response(request)
        if self._is_async and view is not health.healthz:
            return sync_to_async(view)(request)
        return _now(view(request)) if self._is_async else view(request)


async def _now(response: HttpResponseBase) -> HttpResponseBase:
    return response
