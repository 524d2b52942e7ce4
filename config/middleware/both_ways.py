from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase

Answer = HttpResponseBase | Awaitable[HttpResponseBase]


class BothWays:
    """A middleware whose two steps neither wait nor query, so that they run alike on the loop and in a thread."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self.get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        if self._is_async:
            return self._answer_later(request)
        self.before(request)
        return self.after(request, cast(HttpResponseBase, self.get_response(request)))

    async def _answer_later(self, request: HttpRequest) -> HttpResponseBase:
        self.before(request)
        return self.after(request, await cast(Awaitable[HttpResponseBase], self.get_response(request)))

    def before(self, request: HttpRequest) -> None:
        """Look at the request, or mend it."""

    def after(self, _request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the response, mended where needed."""
        return response
