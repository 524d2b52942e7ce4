from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase


class OneThreadHandler(ASGIHandler):
    """Django's HTTP side under ASGI, with middleware and view run in one thread.

    Django's own handler runs each middleware on the loop and hops into a thread and back for every step that may wait;
    ours are all synchronous, and one hop carries the request through them.
    """

    def __init__(self) -> None:
        # not ASGIHandler's, which builds the chain for the loop
        super(ASGIHandler, self).__init__()
        self.load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)
