from asgiref.sync import sync_to_async
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from messenger.callers import sign_in_of
from messenger.models import User


class SignInMiddleware(AuthenticationMiddleware):
    """Names `request.user` by the sign-in behind the session cookie, in one statement, and only if somebody asks."""

    def process_request(self, request: HttpRequest) -> None:
        async def auser() -> User | AnonymousUser:
            return await sync_to_async(_user_of)(request)

        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]  # Django does the same
        request.auser = auser


def _user_of(request: HttpRequest) -> User | AnonymousUser:
    sign_in = sign_in_of(request)
    return AnonymousUser() if sign_in is None else sign_in.user
