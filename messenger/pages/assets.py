"""Our scripts, styles and pictures, at the addresses that host pages name (contract: browser.md, section 2)."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

_ROOT = (Path(settings.BASE_DIR) / "static" / "messenger").resolve()
_FOLDERS = ("css", "esm", "img", "js", "vendor")
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
_FACES = "js/faces"
_MAX_AGE_S = 300


@dataclass(frozen=True, slots=True)
class _Asset:
    plain: bytes
    packed: bytes
    etag: str
    mime_type: str


@require_safe
def asset(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file of ours, fresh for five minutes (in debug asked for each time), compressed where the browser takes it."""
    file = _file_named(path)
    if file is None:
        return HttpResponseNotFound(content_type="text/plain; charset=utf-8")
    stat = file.stat()
    found = _read(file, stat.st_mtime_ns, stat.st_size)
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    etag = f'"{found.etag}{"-gz" if is_packed else ""}"'
    response = HttpResponse(found.packed if is_packed else found.plain, content_type=found.mime_type)
    if is_packed:
        response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache" if settings.DEBUG else f"public, max-age={_MAX_AGE_S}"
    response["X-Content-Type-Options"] = "nosniff"
    patch_vary_headers(response, ["Accept-Encoding"])
    return cast(HttpResponseBase, get_conditional_response(request, etag=etag, response=response))


def _file_named(path: str) -> Path | None:
    """The file of an address; the classic faces lie in a folder of their own. None for what is not served."""
    folder, _, name = path.partition("/")
    if folder not in _FOLDERS or Path(path).suffix not in _TYPES or "\0" in path:
        return None
    for candidate in (path, f"{_FACES}/{name}" if folder == "js" and "/" not in name else path):
        file = (_ROOT / candidate).resolve()
        if file.is_relative_to(_ROOT / folder) and file.is_file():
            return file
    return None


@lru_cache(maxsize=512)
def _read(file: Path, _modified: int, _size: int) -> _Asset:
    plain = file.read_bytes()
    etag = hashlib.sha256(plain).hexdigest()[:32]
    return _Asset(plain, gzip.compress(plain, mtime=0), etag, _TYPES[file.suffix])
