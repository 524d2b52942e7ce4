from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase

_PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'{sockets}; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'; trusted-types messenger"
)
# Django's stock admin: its own files and data: pictures, no inline script
_ADMIN = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)


class ContentSecurity:
    """Tells browsers what a page may load and run; a view that set a policy of its own keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        policy = _ADMIN if request.path.startswith("/admin/") else _PAGES.format(sockets=_sockets_of(request))
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


def _sockets_of(request: HttpRequest) -> str:
    """Spell this host's socket addresses: some browsers do not count them as 'self'."""
    try:
        host = request.get_host()
    except DisallowedHost:
        return ""
    return f" ws://{host} wss://{host}"
