import os
import tempfile
from typing import IO, Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase

from messenger.api.errors import json_error
from messenger.cores import roam
from messenger.errors import FileTooLarge

LARGEST_BODY = 32 * 1024 * 1024


class _BodyTooLarge(Exception):
    """More than any route takes."""


class OneThreadHandler(ASGIHandler):
    """Django's HTTP side under ASGI, with middleware and view run in one thread, and bodies bounded while they come.

    Django's own handler runs each middleware on the loop and hops into a thread and back for every step that may wait;
    ours are all synchronous, and one hop carries the request through them.
    """

    def __init__(self) -> None:
        # not ASGIHandler's, which builds the chain for the loop
        super(ASGIHandler, self).__init__()
        self.load_middleware(is_async=False)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().handle(scope, receive, send)
        except _BodyTooLarge:
            answer = json_error(FileTooLarge(f"At most {LARGEST_BODY:,} bytes a request.", limit=LARGEST_BODY))
            answer.headers["Connection"] = "close"
            await self.send_response(answer, send)

    def create_request(self, scope: Any, body_file: IO[bytes]) -> Any:
        """The request; one whose body came in chunks is told its length, without which nobody would read it."""
        if not any(name == b"content-length" for name, _ in scope["headers"]):
            length = str(body_file.seek(0, os.SEEK_END)).encode()
            body_file.seek(0)
            scope = {**scope, "headers": [*scope["headers"], (b"content-length", length)]}
        return super().create_request(scope, body_file)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self._respond, thread_sensitive=True)(request)

    def _respond(self, request: HttpRequest) -> HttpResponseBase:
        roam()
        return self.get_response(request)

    async def read_body(self, receive: Any) -> IO[bytes]:
        """The whole body, on disk where it is large; more than 32 MiB are not waited for."""
        body = tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE, mode="w+b")  # noqa: SIM115
        size = 0
        while True:
            message = await receive()
            size += len(message.get("body", b""))
            if message["type"] == "http.disconnect" or size > LARGEST_BODY:
                body.close()
                raise _BodyTooLarge if size > LARGEST_BODY else RequestAborted
            body.write(message.get("body", b""))
            if not message.get("more_body", False):
                body.seek(0)
                return body
