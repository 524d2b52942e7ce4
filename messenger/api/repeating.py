"""Creating requests that carry an `Idempotency-Key`: the same one again gets the first one's answer, for 24 h.

The key belongs to the caller and the address. Only what succeeded is remembered: a refused request may come again,
with the same key. Of two at once the second waits for the first.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from messenger.errors import ValidationFailed
from messenger.inputs import JsonObject
from messenger.models import User
from messenger.services import repeats

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"

_MAX_ROUTE_LENGTH = 100


class Memory(Protocol):
    """What is kept of an answer, and how a repeat is answered from that."""

    def kept_of(self, answer: JsonObject, /) -> JsonObject: ...
    def answer_again(self, request: Any, kept: JsonObject, /, **place: int) -> JsonObject: ...


def answer_once(
    request: Request, user: User, answer: Callable[[], Response], *, memory: Memory, place: Mapping[str, int]
) -> Response:
    """What `answer` gives; or what `memory` makes of what it gave to the first request with this caller, address and
    key. `place` holds the ids of the address.

    :raises NonceReused: the first one asked for something else.
    :raises ValidationFailed: a key of no or too many characters.
    """
    key = request.headers[HEADER]
    if not 1 <= len(key) <= repeats.MAX_KEY_LENGTH or not key.isprintable():
        raise ValidationFailed.at(HEADER, f"1 to {repeats.MAX_KEY_LENGTH} printable characters.")
    with transaction.atomic():
        first = repeats.first_of(user=user, route=_route_of(request), key=key, request=_asked(request))
        if first.answer is not None:
            again = memory.answer_again(request, first.answer, **place)
            return Response(again, first.status, headers={REPLAYED: "true"})
        response = answer()
        kept = memory.kept_of(cast(JsonObject, response.data))
        repeats.settle(first, answer=kept, status=response.status_code)
    return response


def _route_of(request: Request) -> str:
    path = request.path.rstrip("/")
    return path if len(path) <= _MAX_ROUTE_LENGTH else f"hash:{hashlib.sha256(path.encode()).hexdigest()}"


def _asked(request: Request) -> object:
    """What tells one request from another: the body; of files their names and contents."""
    if not (request.content_type or "").startswith("multipart/"):
        return request.data
    fields = cast("Mapping[str, object]", request.data)
    plain = {name: value for name, value in fields.items() if isinstance(value, str)}
    files = [(name, file.name, _hash_of(file)) for name, held in request.FILES.lists() for file in held]
    return [plain, files]


def _hash_of(file: "UploadedFile[bytes]") -> str:
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()
