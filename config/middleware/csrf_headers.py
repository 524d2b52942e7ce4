from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

_ALIASES = ("HTTP_CSRF_TOKEN", "HTTP_X_XSRF_TOKEN", "HTTP_X_CSRFTOKEN")


class CsrfHeaders:
    """Takes the other common names of `X-CSRF-Token` for it, where it is not there itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        for alias in _ALIASES:
            if alias in request.META:
                request.META.setdefault("HTTP_X_CSRF_TOKEN", request.META[alias])
        return self.get_response(request)
