"""Spelling and reading of JWTs. Whether a token still counts is the database's word (`selectors.identity`)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import jwt
from django.conf import settings

from messenger.errors import ExpiredToken, InvalidToken
from messenger.inputs import MAX_IDENTIFIER

ACCESS_LASTS = timedelta(minutes=15)
REFRESH_LASTS = timedelta(days=14)

_ALGORITHM = "HS256"
_MAX_LENGTH = 2048
_NEEDED = ["exp", "iat", "sub", "sid", "use"]

Use = Literal["access", "refresh"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a token says: whose it is, of which sign-in, and for a refresh token which one of its family."""

    user_id: int
    sign_in_id: int
    refresh_id: str = ""


def access_token(*, user_id: int, sign_in_id: int, now: datetime) -> str:
    """A token that proves its bearer for 15 minutes."""
    return _spell("access", user_id, sign_in_id, now, now + ACCESS_LASTS)


def refresh_token(*, user_id: int, sign_in_id: int, refresh_id: str, now: datetime, expires_at: datetime) -> str:
    """A token that buys one new pair."""
    return _spell("refresh", user_id, sign_in_id, now, expires_at, rid=refresh_id)


def read_token(token: str, *, use: Use, even_expired: bool = False) -> Claims:
    """Return what the token says.

    :raises ExpiredToken: it was ours, and its time is over.
    :raises InvalidToken: anything else that is wrong with it.
    """
    if len(token) > _MAX_LENGTH:
        raise InvalidToken
    try:
        claims = jwt.decode(
            token,
            settings.JWT_SECRET,
            algorithms=[_ALGORITHM],
            options={"require": _NEEDED, "verify_exp": not even_expired},
        )
    except jwt.ExpiredSignatureError:
        raise ExpiredToken from None
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise InvalidToken from None
    user_id, sign_in_id, refresh_id = _number(claims["sub"]), _number(claims["sid"]), claims.get("rid", "")
    if claims["use"] != use or not user_id or not sign_in_id or not isinstance(refresh_id, str):
        raise InvalidToken
    return Claims(user_id=user_id, sign_in_id=sign_in_id, refresh_id=refresh_id)


def _spell(use: Use, user_id: int, sign_in_id: int, now: datetime, expires_at: datetime, **more: str) -> str:
    claims = {"use": use, "sub": str(user_id), "sid": str(sign_in_id), "iat": now, "exp": expires_at, **more}
    return jwt.encode(claims, settings.JWT_SECRET, algorithm=_ALGORITHM)


def _number(claim: object) -> int:
    if not isinstance(claim, str) or len(claim) > 16 or not claim.isascii() or not claim.isdecimal():
        return 0
    return int(claim) if int(claim) <= MAX_IDENTIFIER else 0
