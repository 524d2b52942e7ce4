"""A stored file as an answer: in pieces, with ranges (RFC 9110, 14), and harmless whatever it holds."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import IO, Protocol
from urllib.parse import quote

from django.core.files.storage import storages
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags

from messenger.services.attachments import STORAGE
from messenger.services.file_types import IMAGES

PIECE = 64 * 1024

_HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
    "Accept-Ranges": "bytes",
}


class Kept(Protocol):
    """A file in private storage: what a browser saves it as, and what tells its versions apart."""

    @property
    def filename(self) -> str: ...
    @property
    def sha256(self) -> str: ...


def file_answer(request: HttpRequest, attachment: Kept, *, name: str, mime_type: str) -> HttpResponseBase:
    """200 with the file, 206 with the range asked for, 304 where the client has it, 416 for a range outside."""
    etag = f'"{attachment.sha256[:32]}-{mime_type.rsplit("/", 1)[-1]}"'
    headers = {**_HARMLESS, "ETag": etag, "Content-Disposition": _disposition(attachment.filename, mime_type)}
    if _has_already(request, etag):
        return HttpResponse(status=304, headers=headers)
    storage = storages[STORAGE]
    size = storage.size(name)
    wanted = _range_of(request.headers.get("Range"), size) if _range_holds(request, etag) else None
    if wanted == (0, 0):
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    start, end = wanted or (0, size)
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    file = storage.open(name)
    file.seek(start)
    pieces = _AsyncPieces if isinstance(request, ASGIRequest) else _Pieces
    answer = StreamingHttpResponse(
        pieces(file, end - start), status=206 if wanted else 200, content_type=mime_type, headers=headers
    )
    answer.headers["Content-Length"] = str(end - start)
    return answer


def _disposition(filename: str, mime_type: str) -> str:
    kind = "inline" if mime_type in IMAGES else "attachment"
    plain = "".join(c if c.isascii() and c not in '"\\%;' else "_" for c in filename)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def _has_already(request: HttpRequest, etag: str) -> bool:
    """`If-None-Match` compares weakly, and may name many or any (RFC 9110, 13.1.2)."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return known == ["*"] or etag in {tag.removeprefix("W/") for tag in known}


def _range_holds(request: HttpRequest, etag: str) -> bool:
    """`If-Range` with another version of the file asks for all of it."""
    condition = request.headers.get("If-Range")
    return condition is None or condition == etag


def _range_of(header: str | None, size: int) -> tuple[int, int] | None:
    """(start, end) of a single range, (0, 0) for one that lies outside, None for none or one that is not understood."""
    if header is None or not header.startswith("bytes=") or "," in header:
        return None
    first, dash, last = header.removeprefix("bytes=").strip().partition("-")
    if not dash or not all(
        part == "" or (part.isascii() and part.isdecimal() and len(part) < 16) for part in (first, last)
    ):
        return None
    if first == "":
        return (max(0, size - int(last)), size) if last and int(last) > 0 else (0, 0) if last else None
    start, end = int(first), min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return None
    return (start, end) if start < size else (0, 0)


class _Part:
    """`length` bytes of an open file; Django closes it with the answer, also one that nobody read."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self._file = file
        self._left = length

    def close(self) -> None:
        self._file.close()

    def _next(self) -> bytes:
        piece = self._file.read(min(PIECE, self._left))
        self._left -= len(piece)
        return piece


class _Pieces(_Part):
    def __iter__(self) -> Iterator[bytes]:
        while self._left > 0 and (piece := self._next()):
            yield piece


class _AsyncPieces(_Part):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self._left > 0 and (piece := await asyncio.to_thread(self._next)):
            yield piece
