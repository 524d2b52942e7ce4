"""Exports, erasures and pressed buttons, to look at only: where they stand, and nothing of what they hold."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from messenger.models import DataExport, Erasure, FlowAction


class _ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # no parameters at run time
    ordering = ("-id",)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: models.Model | None = None) -> bool:
        return False


@admin.register(DataExport)
class DataExportAdmin(_ReadOnly):
    list_display = ("id", "user", "state", "size", "created_at", "ready_at", "expires_at")
    list_filter = ("state",)
    list_select_related = ("user",)
    fields = list_display


@admin.register(Erasure)
class ErasureAdmin(_ReadOnly):
    list_display = ("id", "user_id", "state", "messages", "requested_at", "finished_at")
    list_filter = ("state",)
    fields = (*list_display, "stores")


@admin.register(FlowAction)
class FlowActionAdmin(_ReadOnly):
    list_display = ("id", "conversation_id", "user", "action", "version", "created_at", "delivered_at")
    list_filter = ("action",)
    list_select_related = ("user",)
    fields = (*list_display, "flow")
