"""The routes of v4 below `/api/`, and the older addresses that are aliases of them."""

from django.urls import URLPattern

from messenger.api import auth_routes, conversation_routes, message_routes, own_data_routes

urlpatterns: list[URLPattern] = [
    *auth_routes.routes,
    *conversation_routes.routes,
    *message_routes.routes,
    *own_data_routes.routes,
]
