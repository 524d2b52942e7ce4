"""Who may come in by which page, and where one is sent instead."""

from collections.abc import Callable
from functools import wraps
from typing import cast
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from messenger.models import User

HOME = "/messenger/"

Page = Callable[..., HttpResponse]


def signed_in(view: Page) -> Page:
    """Send strangers to sign in and back; keep what others see out of caches and search engines."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(sign_in_address(request.get_full_path()))
        return private(view(request, *args, **kwargs))

    return guarded


def private(response: HttpResponse) -> HttpResponse:
    """Keep an answer out of caches and search engines."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response


def sign_in_address(place: str) -> str:
    """Where to sign in, and to come back from to `place`."""
    return f"/auth?redirect={quote(place, safe='')}"


def safe_place(place: str | None) -> str:
    """A path of this site to go on to, with its query; else the messenger."""
    if place and place.startswith("/") and url_has_allowed_host_and_scheme(place, allowed_hosts=None):
        return place
    return HOME


def own_dashboard(user: User) -> str:
    """The dashboard of somebody's role."""
    return "/dashboard/supplier" if user.role == User.Role.SUPPLIER else "/dashboard/customer"


def user_of(request: HttpRequest) -> User:
    """Who is signed in, behind `signed_in`."""
    return cast(User, request.user)
