"""From where a request comes, and who sent it."""

import ipaddress
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from messenger.models import SignIn
from messenger.selectors import identity
from messenger.services.sign_ins import Caller, note_seen

_KEPT_AS = "messenger_sign_in"


def caller_of(request: HttpRequest) -> Caller:
    """The caller's address (uvicorn has put a trusted proxy's word for it in place) and program."""
    return Caller(address=_address_of(request), user_agent=request.headers.get("User-Agent", "").replace("\0", ""))


def sign_in_of(request: HttpRequest, *, now: datetime | None = None) -> SignIn | None:
    """The sign-in that the session cookie proves, with its user; asked once a request, one statement."""
    kept: dict[str, SignIn | None] = request.__dict__.setdefault(_KEPT_AS, {})
    key = getattr(getattr(request, "session", None), "session_key", None)
    if not key:
        return None
    if key not in kept:
        kept[key] = identity.sign_in_of_session(key)
        if (found := kept[key]) is not None:
            note_seen(sign_in=found, now=now or timezone.now())
    return kept[key]


def _address_of(request: HttpRequest) -> str | None:
    try:
        return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None
