"""Error pages in the site's own design; none of them asks the database for anything but who is signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django names it)
    return _page(request, 400, _("We did not understand that"), _("The request was not complete or not valid."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django names it)
    return _page(request, 403, _("This is not for you"), _("Your account may not open this page."))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 (Django names it)
    """A form that was open too long, or came from another site."""
    return _page(
        request, 403, _("Please try once more"), _("The form was open for too long. Go back and send it again.")
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 (Django names it)
    return _page(request, 404, _("There is nothing here"), _("The address may be misspelt, or the page is gone."))


def server_error(request: HttpRequest) -> HttpResponse:
    sentence = _("That is our fault. Please try again in a moment.")
    shown = {"status": 500, "heading": _("Something went wrong"), "sentence": sentence, "user": None}
    return render(request, "error.html", shown, status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database is away, or busy for too long."""
    sentence = _("We are busy. Please try again in a moment.")
    shown = {"status": 503, "heading": _("Not just now"), "sentence": sentence, "user": None}
    answer = render(request, "error.html", shown, status=503)
    answer.headers["Retry-After"] = "5"
    return answer


def _page(request: HttpRequest, status: int, heading: str, sentence: str) -> HttpResponse:
    return render(request, "error.html", {"status": status, "heading": heading, "sentence": sentence}, status=status)
