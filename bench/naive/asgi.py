from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

http = get_asgi_application()

from bench.naive.consumers import ChatConsumer  # noqa: E402  # models load only after Django is set up

application = ProtocolTypeRouter(
    {"http": http, "websocket": URLRouter([path("ws/messenger/", ChatConsumer.as_asgi())])}
)
