"""Who somebody is, proved by a session, a token or an API client's key: asked each time, nothing remembered."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from messenger.errors import InvalidToken, MessengerError, Suspended
from messenger.models import ApiClient, SignIn
from messenger.selectors.access import is_suspended
from messenger.selectors.arrivals import Arrival, arrivals_by_session, arrivals_by_token
from messenger.tokens import read_token

CLIENT_PREFIX = "msk_"

Kind = Literal["session", "token"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A proved person and the sign-in that proves them; `expires_at` is the session's or the refresh family's."""

    user_id: int
    sign_in_id: int
    kind: Kind
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody brings who opens a socket: an access token, or the key of a browser's session."""

    kind: Kind
    secret: str


@dataclass(frozen=True, slots=True)
class Proved:
    """Who was proved, and what their connection begins with."""

    identity: Identity
    arrival: Arrival


def hash_of(secret: str) -> str:
    """How a session key or a client's key is stored: SHA-256, since both are long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()


def sign_in_of_session(session_key: str) -> SignIn | None:
    """The sign-in of a session, with its user; None where it has ended, expired or never was."""
    return _valid().filter(kind=SignIn.Kind.SESSION, session_key_hash=hash_of(session_key)).first()


def sign_in_of_token(token: str) -> SignIn:
    """The sign-in that an access token belongs to, with its user.

    :raises ExpiredToken: the token's time is over.
    :raises InvalidToken: not ours, or its family has ended.
    """
    claims = read_token(token, use="access")
    sign_in = _valid().filter(kind=SignIn.Kind.TOKEN, pk=claims.sign_in_id, user_id=claims.user_id).first()
    if sign_in is None:
        raise InvalidToken
    return sign_in


def client_of_key(key: str) -> ApiClient | None:
    """The API client of a `msk_…` key, with its owner; None where there is none, or it is off, or its owner may not
    sign in."""
    clients = ApiClient.objects.select_related("owner").filter(is_active=True, owner__is_active=True)
    client = clients.filter(token_hash=hash_of(key)).first()
    return None if client is None or is_suspended(client.owner) else client


def prove_all(proofs: Sequence[Proof]) -> list[Proved | MessengerError | None]:
    """Who comes with each proof, in order, by one statement for tokens and one for sessions.

    None where a session proves nobody; an `InvalidToken` (an `ExpiredToken` where a fresh one will do) or `Suspended`
    where it is refused.
    """
    outcomes: list[Proved | MessengerError | None] = [None] * len(proofs)
    claims: dict[int, tuple[int, int]] = {}
    keys: dict[int, str] = {}
    for place, proof in enumerate(proofs):
        if proof.kind == "session":
            keys[place] = hash_of(proof.secret)
            continue
        try:
            said = read_token(proof.secret, use="access")
        except InvalidToken as refusal:
            outcomes[place] = refusal
        else:
            claims[place] = (said.sign_in_id, said.user_id)
    for place, arrival in zip(claims, arrivals_by_token(list(claims.values())), strict=True):
        outcomes[place] = InvalidToken() if arrival is None else _proved(arrival, kind="token")
    for place, arrival in zip(keys, arrivals_by_session(list(keys.values())), strict=True):
        outcomes[place] = None if arrival is None else _proved(arrival, kind="session")
    return outcomes


def prove_session(session_key: str) -> Identity | None:
    """The identity behind a session cookie, for a socket; None where it proves nobody.

    :raises Suspended: it proves somebody who is suspended.
    """
    return _prove(Proof("session", session_key))


def prove_token(token: str) -> Identity:
    """The identity behind an access token, for a socket.

    :raises ExpiredToken: the token's time is over; a fresh one will do.
    :raises InvalidToken: not ours, or its family has ended.
    :raises Suspended: it proves somebody who is suspended.
    """
    identity = _prove(Proof("token", token))
    if identity is None:
        raise InvalidToken
    return identity


def sign_ins_still_valid(sign_in_ids: Collection[int]) -> set[int]:
    """Those of the sign-ins whose sockets may stay open, in one statement."""
    if not sign_in_ids:
        return set()
    unsuspended = Q(user__suspended_until__isnull=True) | Q(user__suspended_until__lte=timezone.now())
    return set(_valid().filter(unsuspended, pk__in=list(sign_in_ids)).values_list("pk", flat=True))


def still_valid() -> Q:
    """What holds for every sign-in that has neither ended nor expired, of somebody who may sign in."""
    return Q(
        ended_at__isnull=True,
        expires_at__gt=timezone.now(),
        session_epoch=F("user__session_epoch"),
        user__is_active=True,
    )


def _valid() -> QuerySet[SignIn]:
    return SignIn.objects.select_related("user").filter(still_valid())


def _prove(proof: Proof) -> Identity | None:
    (outcome,) = prove_all([proof])
    if isinstance(outcome, MessengerError):
        raise outcome
    return None if outcome is None else outcome.identity


def _proved(arrival: Arrival, *, kind: Kind) -> Proved | Suspended:
    if arrival.is_suspended:
        return Suspended()
    identity = Identity(
        user_id=arrival.user_id, sign_in_id=arrival.sign_in_id, kind=kind, expires_at=arrival.expires_at
    )
    return Proved(identity, arrival)
