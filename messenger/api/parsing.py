"""Bodies of requests: JSON by the strict loader that sockets use too, and multipart where files ride along."""

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser

from messenger.errors import ValidationFailed
from messenger.inputs import JsonObject, load_json
from messenger.strict_json import MAX_BYTES

_UNREADABLE = "\ufffd"  # what Django puts in the place of bytes that are no UTF-8


class StrictJSONParser(BaseParser):
    """Reads one JSON object of at most 256 KiB, whatever charset the header claims: JSON is UTF-8."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], *_: object, **__: object) -> JsonObject:
        return load_json(stream.read(MAX_BYTES + 1))


class StrictMultiPartParser(MultiPartParser):
    """Reads a form with files, on the routes that take them; the fields' number and size are limited by settings."""

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> "DataAndFiles[Any, Any]":
        try:
            form = super().parse(stream, media_type, parser_context)
        except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent) as error:
            raise ValidationFailed.at("body", "This form has too many or too large fields.") from error
        if any(_UNREADABLE in text for name, texts in form.data.lists() for text in (name, *texts)):
            raise ValidationFailed.at("body", "This is not UTF-8.")
        return form
