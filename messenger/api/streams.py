"""Answers that are made while they are sent, under ASGI and WSGI alike."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping

from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse


def stream(
    request: HttpRequest, pieces: Iterator[bytes], *, content_type: str, headers: Mapping[str, str]
) -> StreamingHttpResponse:
    """Send the pieces as they come. Under ASGI each is made in a thread, which holds no connection in between."""
    body = _in_threads(pieces) if isinstance(request, ASGIRequest) else pieces
    return StreamingHttpResponse(body, content_type=content_type, headers=dict(headers))


async def _in_threads(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (piece := await asyncio.to_thread(_next_of, pieces)) is not None:
        yield piece


def _next_of(pieces: Iterator[bytes]) -> bytes | None:
    try:
        return next(pieces, None)
    finally:
        connection.close()
