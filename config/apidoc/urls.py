from django.urls import URLPattern

from config.apidoc.views import events, schema
from messenger.api.routes import route

urlpatterns: list[URLPattern] = [
    route("schema", schema, "api-schema"),
    route("asyncapi.json", events, "api-events"),
]
