"""The whole map of addresses, on one screen."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from config.package_files import package_file
from messenger.api.routes import unknown_route
from messenger.pages.admin_door import admin_door
from messenger.pages.errors import not_found
from messenger.realtime.client_script import client_script

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("messenger.api.urls")),
    path("api/", include("presence.api.urls")),
    path("api/", include("moderation.api.urls")),
    path("api/", include("config.apidoc.urls")),
    re_path(r"^api(?:/|$)", unknown_route),
    path("static/<path:path>", package_file),
    path("socket.io/<str:name>", client_script),
    path("admin/login/", admin_door),
    path("admin/", admin.site.urls),
    path("", include("messenger.pages.urls")),
    re_path(r"", not_found),  # in debug too, our own page
]
handler400 = "config.error_answers.bad_request"
handler403 = "messenger.pages.errors.forbidden"
handler404 = "messenger.pages.errors.not_found"
handler500 = "config.error_answers.server_error"
