"""Who opens a socket: cookie, Authorization header or `?token=`; a first event `auth {token}` comes later."""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from messenger.selectors.identity import Proof


def proof_of(scope: Mapping[str, Any]) -> Proof | None:
    """What a handshake brings as a proof of who opens it, if anything.

    A cookie counts only with an allowed `Origin`, or none (contract: Connecting).
    """
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    token = token_in(headers, scope.get("query_string", b""))
    if token is not None:
        return Proof("token", token)
    session_key = _session_key_in(headers)
    if session_key is None or not is_allowed_origin(headers):
        return None
    return Proof("session", session_key)


def token_in(headers: Mapping[str, str], query_string: bytes) -> str | None:
    """The token of the Authorization header or of `?token=`."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    found = parse_qs(query_string.decode("latin-1")).get("token")
    return found[0] if found else None


def is_allowed_origin(headers: Mapping[str, str]) -> bool:
    """True without an Origin, for the host asked for, and for `MESSENGER_ALLOWED_ORIGINS`."""
    origin = headers.get("origin")
    if origin is None:
        return True
    if origin in settings.MESSENGER_ALLOWED_ORIGINS:
        return True
    host = headers.get("host")
    return bool(host) and origin.partition("://")[2] == host


def _session_key_in(headers: Mapping[str, str]) -> str | None:
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return None
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel is not None and morsel.value else None
