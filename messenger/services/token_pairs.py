"""Access and refresh tokens of REST clients and sockets: issued, rotated, revoked."""

import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from messenger.errors import InvalidToken
from messenger.models import SignIn, User
from messenger.selectors.identity import still_valid
from messenger.services import sign_ins
from messenger.services.credentials import prove_person
from messenger.services.sign_ins import Caller
from messenger.tokens import REFRESH_LASTS, access_token, read_token, refresh_token


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPair:
    user: User
    access: str
    refresh: str


def issue_tokens(*, email: str, password: str, caller: Caller) -> TokenPair:
    """Begin a refresh family for who proves to be somebody.

    :raises InvalidCredentials: address or password is wrong.
    :raises Suspended: they are right, and the account is suspended.
    :raises RateLimited: too many tries have failed.
    """
    user = prove_person(email=email, password=password, caller=caller)
    family = sign_ins.begin_sign_in(
        user=user,
        kind=SignIn.Kind.TOKEN,
        expires_at=timezone.now() + REFRESH_LASTS,
        caller=caller,
        refresh_id=_new_refresh_id(),
    )
    return _pair_of(family)


def refresh_tokens(*, refresh: str) -> TokenPair:
    """Give a new pair for a refresh token, which is used up by it.

    One that comes a second time was stolen from somebody: its whole family ends, sockets included.

    :raises InvalidToken: used, revoked, expired or not ours.
    """
    claims = read_token(refresh, use="refresh")
    with transaction.atomic():
        family = _locked_family(claims.sign_in_id)
        if family is not None and family.refresh_id == claims.refresh_id:
            return _pair_of(_rotate(family))
        if family is not None:
            sign_ins.end_sign_in(user=family.user, sign_in_id=family.pk, reason="token_reused")
    raise InvalidToken("This refresh token was used or revoked; please sign in again.")


def revoke_tokens(*, refresh: str) -> None:
    """End the family of a refresh token and the sockets that it opened; a used token of it does as well.

    :raises InvalidToken: not ours. One that has expired or ended already is fine.
    """
    claims = read_token(refresh, use="refresh", even_expired=True)
    with transaction.atomic():
        family = _locked_family(claims.sign_in_id)
        if family is not None:
            sign_ins.end_sign_in(user=family.user, sign_in_id=family.pk, reason="revoked")


def _locked_family(sign_in_id: int) -> SignIn | None:
    families = SignIn.objects.select_for_update(of=("self",)).select_related("user")
    return families.filter(still_valid(), pk=sign_in_id, kind=SignIn.Kind.TOKEN).first()


def _rotate(family: SignIn) -> SignIn:
    now = timezone.now()
    family.refresh_id, family.last_seen_at, family.expires_at = _new_refresh_id(), now, now + REFRESH_LASTS
    family.save(update_fields=["refresh_id", "last_seen_at", "expires_at"])
    return family


def _pair_of(family: SignIn) -> TokenPair:
    now = timezone.now()
    return TokenPair(
        user=family.user,
        access=access_token(user_id=family.user_id, sign_in_id=family.pk, now=now),
        refresh=refresh_token(
            user_id=family.user_id,
            sign_in_id=family.pk,
            refresh_id=family.refresh_id or "",
            now=now,
            expires_at=family.expires_at,
        ),
    )


def _new_refresh_id() -> str:
    return secrets.token_hex(16)
