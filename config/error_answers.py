"""What is answered where no view could: below `/api/` the contract's errors, elsewhere the site's own pages."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from messenger.api.errors import json_error
from messenger.errors import MessengerError, Unavailable, ValidationFailed
from messenger.pages import errors as pages


class Defect(MessengerError):
    """Ours, and not the caller's."""

    code = "internal_error"
    status = 500
    default_message = "That is our fault. Please try again in a moment."


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django itself refused: a host that is none, too many fields."""
    if _is_for_programs(request):
        return json_error(ValidationFailed("This request is not valid."))
    return pages.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that met a defect, or found the database away (Django calls this while it handles the error)."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return json_error(Unavailable()) if _is_for_programs(request) else pages.unavailable(request)
    return json_error(Defect()) if _is_for_programs(request) else pages.server_error(request)


def _is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
