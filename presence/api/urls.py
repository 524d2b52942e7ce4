from django.urls import URLPattern

from messenger.api.routes import route
from presence.api.views import PresenceViewSet

urlpatterns: list[URLPattern] = [
    route("v4/presence", PresenceViewSet.as_view({"get": "list", "put": "update"}), "presence"),
    route("v4/presence/<id:user_id>", PresenceViewSet.as_view({"get": "retrieve"}), "presence-of"),
]
