from django.urls import URLPattern

from messenger.api.own_data import DataExportViewSet, ErasureViewSet, ReceiptViewSet
from messenger.api.routes import route

routes: list[URLPattern] = [
    route("v4/me/export", DataExportViewSet.as_view({"post": "create"}), "data-exports"),
    route("v4/me/export/<id:export_id>", DataExportViewSet.as_view({"get": "retrieve"}), "data-export"),
    route("v4/me/erase", ErasureViewSet.as_view({"post": "create"}), "erase"),
    route("v4/erasure/<str:code>", ReceiptViewSet.as_view({"get": "retrieve"}), "erasure"),
]
