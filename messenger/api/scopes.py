from messenger.api.viewsets import SignedInRequest
from messenger.errors import NotAllowed
from messenger.models import ApiClient


def has_scope(request: SignedInRequest, scope: ApiClient.Scope) -> bool:
    """Say whether an API client with this scope sends the request."""
    return request.auth.kind == "client" and scope in request.auth.scopes


def require_scope(request: SignedInRequest, scope: ApiClient.Scope) -> None:
    """Let only API clients with this scope go on.

    :raises NotAllowed: for everybody else, whatever they ask for.
    """
    if not has_scope(request, scope):
        raise NotAllowed(f"Only API clients with the scope {scope.value} may do this.")
