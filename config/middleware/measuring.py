from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from messenger.measures import measures


class Measuring:
    """Counts requests, and those that we failed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        measures.count("requests")
        response = self.get_response(request)
        if response.status_code >= 500:
            measures.count("request_errors")
        return response
