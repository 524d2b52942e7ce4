from collections.abc import Iterable

import msgspec
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

_encoder = msgspec.json.Encoder(enc_hook=str)


class FastJSONRenderer(BaseRenderer):
    """JSON by msgspec: shapes are plain dicts already, so that no serializer runs per row."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: object, *_: object, **__: object) -> bytes:
        return b"" if data is None else _encoder.encode(data)


class AlwaysJSON(BaseContentNegotiation):
    """Answers JSON whatever `Accept` or `?format=` say: there is nothing else to choose from."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            return None  # compressed: nobody here unpacks it
        wanted = (request.content_type or "").split(";", 1)[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == wanted), None)

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002 (DRF's signature)
        renderers: Iterable[BaseRenderer],
        *_: object,
        **__: object,
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type
