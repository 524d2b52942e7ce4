"""Files that packages bring for their pages (Django's admin), below /static/; ours are served by messenger.pages."""

import mimetypes
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

_MAX_AGE_S = 3600


@require_safe
def package_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve one file from where its package is installed; nothing has to be collected first."""
    found = None if ".." in path else finders.find(path)
    if not isinstance(found, str) or not Path(found).is_file():
        raise Http404(path)
    file = Path(found)
    changed_at = int(file.stat().st_mtime)
    response = HttpResponse(file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0])
    response["Cache-Control"] = f"public, max-age={_MAX_AGE_S}"
    return get_conditional_response(request, last_modified=changed_at, response=response) or response
