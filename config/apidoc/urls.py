from django.urls import URLPattern

from config.apidoc.views import docs, events, schema
from messenger.api.routes import route

urlpatterns: list[URLPattern] = [
    route("schema", schema, "api-schema"),
    route("docs", docs, "api-docs"),
    route("asyncapi.json", events, "api-events"),
]
