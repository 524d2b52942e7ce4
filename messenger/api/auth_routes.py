from django.urls import URLPattern

from messenger.api.auth import (
    CsrfViewSet,
    LoginViewSet,
    LogoutViewSet,
    ProfileViewSet,
    SessionsViewSet,
    TokenViewSet,
)
from messenger.api.routes import route

_csrf = CsrfViewSet.as_view({"get": "retrieve"})
_login = LoginViewSet.as_view({"post": "create"})
_logout = LogoutViewSet.as_view({"post": "create"})
_me = ProfileViewSet.as_view({"get": "retrieve", "patch": "partial_update"})

routes: list[URLPattern] = [
    route("v4/csrf-token", _csrf, "csrf-token"),
    route("v1/csrf-token", _csrf),
    route("csrf-token", _csrf),
    route("v4/auth/login", _login, "login"),
    route("v1/auth/login", _login),
    route("auth/login", _login),
    route("v4/auth/logout", _logout, "logout"),
    route("v1/auth/logout", _logout),
    route("v4/auth/me", _me, "me"),
    route("v1/auth/me", _me),
    route("v4/auth/password", ProfileViewSet.as_view({"post": "set_password"}), "password"),
    route("v4/auth/token", TokenViewSet.as_view({"post": "create"}), "token"),
    route("v4/auth/token/refresh", TokenViewSet.as_view({"post": "refresh"}), "token-refresh"),
    route("v4/auth/token/revoke", TokenViewSet.as_view({"post": "revoke"}), "token-revoke"),
    route("v4/auth/sessions", SessionsViewSet.as_view({"get": "list"}), "sessions"),
    route("v4/auth/sessions/<id:sign_in_id>", SessionsViewSet.as_view({"delete": "destroy"}), "session"),
]
