"""The Django admin's site: an address that asks for what no database can answer is a bad request, and no defect."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.db import DataError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.error_answers import bad_request

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class MessengerAdmin(AdminSite):
    """Django's own, but for what it makes of odd addresses."""

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        return super().admin_view(_understood(view), cacheable)


class AdminApp(AdminConfig):
    """`django.contrib.admin` with the site above."""

    default_site = "config.admin_site.MessengerAdmin"


def _understood(view: View) -> View:
    """Filters are taken from the query as they come; Django is prepared for some of the errors, and not for others."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "\0" in "".join(value for _, values in request.GET.lists() for value in values):
            return bad_request(request, ValueError("NUL in a query"))
        try:
            return view(request, *args, **kwargs)
        except (DataError, ValueError) as odd:
            if request.method != "GET" or not request.GET:
                raise
            return bad_request(request, odd)

    return cast(View, inner)
