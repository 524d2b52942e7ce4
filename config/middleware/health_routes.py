from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from config import health

_VIEWS = {"/healthz": health.healthz, "/readyz": health.readyz, "/metrics": health.metrics}


class HealthRoutes:
    """Answers the health routes before all but request ids: whatever the host name, without sessions and redirects."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        view = _VIEWS.get(request.path.rstrip("/"))
        if view is None:
            return self.get_response(request)
        response = view(request)
        response.headers["Content-Length"] = str(len(response.content))
        return response
