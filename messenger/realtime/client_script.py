"""The client's own script, at the address where Socket.IO servers have it: the vendored files, as they are."""

import json
from functools import cache
from pathlib import Path
from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

_TYPES = {".js": "application/javascript; charset=utf-8", ".map": "application/json; charset=utf-8"}
_MAX_AGE_S = 3600


@require_safe
def client_script(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with one of the script's variants, or its source map; with 304 to who has it."""
    digest = _digests().get(name)
    kind = _TYPES.get(Path(name).suffix)
    if digest is None or kind is None or settings.WEBSOCKET_MODE == "off":
        raise Http404
    etag = f'"{digest[:32]}"'
    whole = HttpResponse((_folder() / name).read_bytes(), content_type=kind, headers={"ETag": etag})
    response = cast(HttpResponse, get_conditional_response(request, etag=etag, response=whole))
    # pages of other hosts import it as a module, too
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, public=True, max_age=_MAX_AGE_S)
    return response


def _folder() -> Path:
    return Path(settings.BASE_DIR) / "static" / "vendor" / "socket.io-client"


@cache
def _digests() -> dict[str, str]:
    manifest = json.loads((_folder().parent / "manifest.json").read_text())
    (package,) = (package for package in manifest["packages"] if package["name"] == "socket.io-client")
    return dict(package["files"])
