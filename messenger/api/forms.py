"""Multipart forms read as the JSON bodies that they stand for."""

from collections.abc import Mapping
from typing import cast

from django.core.files.uploadedfile import UploadedFile
from rest_framework.request import Request

from messenger.inputs import Fields, Value, load_json

_JSON_FIELDS = ("metadata", "attachmentIds", "replyTo")


def form_or_body(request: Request) -> tuple[Fields, list["UploadedFile[bytes]"]]:
    """The fields of a JSON body or a form, and the form's files named `attachments`.

    In a form, `metadata`, `attachmentIds` and `replyTo` may be JSON text.
    """
    if not (request.content_type or "").startswith("multipart/"):
        return Fields(cast("Mapping[str, Value]", request.data)), []
    data: dict[str, Value] = {}
    for name, value in cast("Mapping[str, object]", request.data).items():
        if isinstance(value, str):
            data[name] = _value_of(name, value)
    return Fields(data), list(request.FILES.getlist("attachments"))


def _value_of(name: str, value: str) -> Value:
    if name in _JSON_FIELDS and value[:1] in ("{", "["):
        return load_json(f'{{"value":{value}}}'.encode("utf-8", "surrogatepass"))["value"]
    return value
