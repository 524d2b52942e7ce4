from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from messenger.pages.doors import private


def admin_door(request: HttpRequest) -> HttpResponse:
    """Where the Django admin sends who may not enter: to the one page where people sign in, tries counted."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return private(HttpResponseRedirect(f"/auth?{urlencode({'redirect': request.GET.get('next', '/admin/')})}"))
