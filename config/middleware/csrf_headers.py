from django.http import HttpRequest

from config.middleware.both_ways import BothWays

_ALIASES = ("HTTP_CSRF_TOKEN", "HTTP_X_XSRF_TOKEN", "HTTP_X_CSRFTOKEN")


class CsrfHeaders(BothWays):
    """Takes the other common names of `X-CSRF-Token` for it, where it is not there itself."""

    def before(self, request: HttpRequest) -> None:
        if "HTTP_X_CSRF_TOKEN" in request.META:
            return
        for alias in _ALIASES:
            if alias in request.META:
                request.META["HTTP_X_CSRF_TOKEN"] = request.META[alias]
                return
