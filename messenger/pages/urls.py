"""The pages, each with and without its last slash, and the files that browsers load."""

from collections.abc import Callable

from django.http import HttpResponse, HttpResponseBase
from django.urls import URLPattern, path, re_path

from messenger.pages import assets, auth, dashboards, messenger, offers

View = Callable[..., HttpResponse | HttpResponseBase]


def _page(route: str, view: View, **fixed: str) -> URLPattern:
    return re_path(rf"^{route}/?$", view, fixed)


_SLUG = r"(?P<slug>[-a-zA-Z0-9_]{1,120})"

urlpatterns = [
    path("", offers.start),
    _page("messenger", messenger.messenger),
    re_path(r"^messenger/(?P<path>(?:css|esm|img|js|vendor)/.+)$", assets.asset),
    path("favicon.ico", assets.asset, {"path": "img/favicon.svg"}),
    _page("auth", auth.auth),
    _page(r"auth/reset/(?P<uid>[0-9a-z]{1,13})/(?P<token>[-0-9a-z]{1,80})", auth.new_password),
    _page(r"dashboard-customer\.html", dashboards.customer_dashboard),
    _page("dashboard/customer", dashboards.customer_dashboard),
    _page(r"dashboard-supplier\.html", dashboards.supplier_dashboard),
    _page("dashboard/supplier", dashboards.supplier_dashboard),
    _page(f"suppliers/{_SLUG}", offers.offer, kind="supplier"),
    _page(f"packages/{_SLUG}", offers.offer, kind="package"),
    _page(f"marketplace/{_SLUG}", offers.offer, kind="listing"),
]
