from typing import Any, cast

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from messenger.api.authentication import Credentials
from messenger.api.viewsets import ApiViewSet, SignedInRequest
from messenger.errors import AdminRequired
from messenger.models import ApiClient, User
from moderation.services.reasons import check_moderator


class AdminViewSet(ApiViewSet):
    """For administrators, whatever is asked for: who is none learns nothing. API clients with `read:admin` may look."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        user, credentials = cast(User, request.user), cast(Credentials, request.auth)
        if credentials.kind != "client":
            check_moderator(user)
        elif ApiClient.Scope.READ_ADMIN not in credentials.scopes or request.method not in SAFE_METHODS:
            raise AdminRequired
        elif request.headers.get("X-Act-As"):
            check_moderator(user)  # whom the log names as who looked


def client_name_of(request: SignedInRequest) -> str:
    """The API client that calls; empty for a person."""
    return request.auth.client_name
