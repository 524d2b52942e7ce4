"""How a request proves who sends it: `Authorization: Bearer` (a JWT, or an API client's `msk_…`), else the session."""

from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from messenger.api.errors import CHALLENGE
from messenger.callers import sign_in_of
from messenger.errors import CsrfFailed, InvalidToken, NotAllowed, Unauthenticated
from messenger.models import ApiClient, User
from messenger.selectors import identity
from messenger.services.api_clients import note_used, person_for_client
from messenger.services.sign_ins import note_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What proved the caller (`request.auth`); `scopes` and `client_name` are an API client's."""

    kind: Literal["session", "token", "client"]
    sign_in_id: int | None = None
    client_id: int | None = None
    client_name: str = ""
    scopes: frozenset[str] = frozenset()


Proof = tuple[User, Credentials]


class SignedIn(BaseAuthentication):
    """Proves the caller, or nobody where nothing is offered; a Bearer header makes the cookie count for nothing."""

    def authenticate(self, request: Request) -> Proof | None:
        token = bearer_of(request)
        proof = _proof_by_session(request) if token is None else _proof_by_token(request, token)
        if request.headers.get("X-Act-As") and (proof is None or proof[1].kind != "client"):
            raise NotAllowed("Only API clients with the scope act-as may act for others.")
        return proof

    def authenticate_header(self, _request: Request) -> str:
        return CHALLENGE


class Perhaps(SignedIn):
    """As `SignedIn`, where a wrong proof is as good as none (`GET /auth/me`)."""

    def authenticate(self, request: Request) -> Proof | None:
        try:
            return super().authenticate(request)
        except Unauthenticated:
            return None


class WithoutProof(BaseAuthentication):
    """Looks at no proof at all: routes that hand out and take back tokens, and need no CSRF."""

    def authenticate(self, _request: Request) -> None:
        return None

    def authenticate_header(self, _request: Request) -> str:
        return CHALLENGE


def bearer_of(request: Request) -> str | None:
    """The token of an `Authorization: Bearer` header; None where there is no such header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def plain(request: Request) -> HttpRequest:
    """Django's own request inside DRF's."""
    return request._request  # noqa: SLF001 (DRF documents it, and has no other name for it)


def check_csrf(request: HttpRequest) -> None:
    """Ask for the CSRF token on an unsafe method.

    :raises CsrfFailed: it is missing or wrong, or the request comes from another site.
    """
    check = _CsrfCheck(lambda _: HttpResponse())
    check.process_request(request)
    if check.process_view(request, lambda _: HttpResponse(), (), {}) is not None:
        raise CsrfFailed


class _CsrfCheck(CsrfViewMiddleware):
    def _reject(self, _request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


def _proof_by_session(request: Request) -> Proof | None:
    sign_in = sign_in_of(plain(request))
    if sign_in is None:
        return None
    check_csrf(plain(request))
    return sign_in.user, Credentials(kind="session", sign_in_id=sign_in.pk)


def _proof_by_token(request: Request, token: str) -> Proof:
    if token.startswith(identity.CLIENT_PREFIX):
        return _proof_by_client(request, token)
    try:
        sign_in = identity.sign_in_of_token(token)
    except InvalidToken as error:
        raise Unauthenticated(error.message) from None
    note_seen(sign_in=sign_in, now=timezone.now())
    return sign_in.user, Credentials(kind="token", sign_in_id=sign_in.pk)


def _proof_by_client(request: Request, key: str) -> Proof:
    client: ApiClient | None = identity.client_of_key(key)
    if client is None:
        raise Unauthenticated("This API client's key is not valid.")
    note_used(client=client, now=timezone.now())
    user = person_for_client(client=client, act_as=request.headers.get("X-Act-As"))
    return user, Credentials(
        kind="client", client_id=client.pk, client_name=client.name, scopes=frozenset(client.scopes)
    )
