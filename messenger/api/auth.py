"""Signing in: browser sessions, tokens, one's own profile, and where one is signed in."""

from typing import cast

from django.middleware.csrf import get_token, rotate_token
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from messenger.api.authentication import Credentials, Perhaps, WithoutProof, bearer_of, plain
from messenger.api.viewsets import ApiViewSet, OpenViewSet, SignedInRequest, body_of, ok
from messenger.callers import caller_of
from messenger.inputs import Fields
from messenger.models import SignIn, User
from messenger.person_shapes import user_shape
from messenger.selectors.sign_ins import sign_ins_of
from messenger.services.passwords import change_password
from messenger.services.profiles import ProfileChanges, change_profile
from messenger.services.sessions import SessionStore
from messenger.services.sign_ins import end_sign_in
from messenger.services.signing_in import sign_in, sign_out
from messenger.services.token_pairs import TokenPair, issue_tokens, refresh_tokens, revoke_tokens
from messenger.shapes import Json, iso

_PROFILE = ("displayName", "avatar", "locale", "timezone", "presenceVisible")


class CsrfViewSet(OpenViewSet):
    """Hands out the CSRF token and sets its cookie."""

    authentication_classes = (WithoutProof,)

    def retrieve(self, request: Request) -> Response:
        token = get_token(plain(request))
        return ok(csrfToken=token, token=token)


class LoginViewSet(OpenViewSet):
    """Signs a browser in. Needs the CSRF token, as every request that a cookie will stand for."""

    authentication_classes = (WithoutProof,)

    def create(self, request: Request) -> Response:
        self.require_csrf(request)
        body = body_of(request)
        user = sign_in(
            email=body.secret("email", max_length=254),
            password=body.secret("password"),
            remember=body.boolean("remember", required=False) or False,
            session=_session_of(request),
            caller=caller_of(plain(request)),
        )
        rotate_token(plain(request))
        return ok(ok=True, user=user_shape(user, with_email=True))


class LogoutViewSet(OpenViewSet):
    """Ends the session, or with a Bearer token its family; a token that is none, or signed out already, is fine."""

    authentication_classes = (Perhaps,)

    def create(self, request: Request) -> Response:
        credentials = cast("Credentials | None", request.auth)
        if credentials is not None and credentials.kind == "token" and credentials.sign_in_id is not None:
            end_sign_in(user=cast(User, request.user), sign_in_id=credentials.sign_in_id, reason="signed_out")
        elif bearer_of(request) is None:
            sign_out(session=_session_of(request))
        return ok(ok=True)


class ProfileViewSet(ApiViewSet):
    """Who the caller is, if anybody; their own profile and password."""

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [Perhaps()] if self.request.method in SAFE_METHODS else super().get_authenticators()

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny() if self.action == "retrieve" else IsAuthenticated()]

    def retrieve(self, request: Request) -> Response:
        return ok(user=user_shape(request.user, with_email=True) if isinstance(request.user, User) else None)

    def partial_update(self, request: SignedInRequest) -> Response:
        user = change_profile(user=request.user, changes=_profile_changes(body_of(request)))
        return ok(user=user_shape(user, with_email=True))

    def set_password(self, request: SignedInRequest) -> Response:
        body = body_of(request)
        change_password(
            user=request.user,
            current=body.secret("current"),
            new=body.secret("new"),
            sign_in_id=request.auth.sign_in_id,
            caller=caller_of(plain(request)),
        )
        return ok()


class TokenViewSet(OpenViewSet):
    """Tokens for REST clients and sockets. No cookie is set and none counts, so that no CSRF token is needed."""

    authentication_classes = (WithoutProof,)

    def create(self, request: Request) -> Response:
        body = body_of(request)
        pair = issue_tokens(
            email=body.secret("email", max_length=254),
            password=body.secret("password"),
            caller=caller_of(plain(request)),
        )
        return ok(**_pair_shape(pair))

    def refresh(self, request: Request) -> Response:
        return ok(**_pair_shape(refresh_tokens(refresh=body_of(request).secret("refresh", max_length=4096))))

    def revoke(self, request: Request) -> Response:
        revoke_tokens(refresh=body_of(request).secret("refresh", max_length=4096))
        return ok()


class SessionsViewSet(ApiViewSet):
    """Where one is signed in."""

    def list(self, request: SignedInRequest) -> Response:
        current = request.auth.sign_in_id
        return ok(sessions=[_sign_in_shape(item, current=current) for item in sign_ins_of(user=request.user)])

    def destroy(self, request: SignedInRequest, sign_in_id: int) -> Response:
        end_sign_in(user=request.user, sign_in_id=sign_in_id)
        return ok()


def _session_of(request: Request) -> SessionStore:
    return cast(SessionStore, plain(request).session)


def _profile_changes(body: Fields) -> ProfileChanges:
    body.check_known(_PROFILE)
    avatar = body.secret("avatar", max_length=300, required=False)
    return ProfileChanges(
        display_name=body.line("displayName", max_length=100, required=False),
        avatar="" if body.has("avatar") and avatar is None else avatar,
        locale=body.secret("locale", max_length=16, required=False),
        timezone=body.secret("timezone", max_length=64, required=False),
        presence_visible=body.boolean("presenceVisible", required=False),
    )


def _pair_shape(pair: TokenPair) -> Json:
    return {
        "access": pair.access,
        "refresh": pair.refresh,
        "accessToken": pair.access,
        "token": pair.access,
        "user": user_shape(pair.user, with_email=True),
    }


def _sign_in_shape(item: SignIn, *, current: int | None) -> Json:
    return {
        "id": str(item.pk),
        "kind": item.kind,
        "userAgent": item.user_agent,
        "address": item.address,
        "createdAt": iso(item.created_at),
        "lastSeenAt": iso(item.last_seen_at),
        "expiresAt": iso(item.expires_at),
        "isCurrent": item.pk == current,
    }
