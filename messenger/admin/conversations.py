"""Conversations, seats and blocks, to look at only: whoever wants to read messages gives a reason elsewhere."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from messenger.models import Block, Conversation, Participant


class _ReadOnly:
    """Nothing is added, changed or deleted here: that would go past the services."""

    def has_add_permission(self, _request: HttpRequest, _obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: models.Model | None = None) -> bool:
        return False


class SeatInline(_ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # no parameters at run time
    """Who is and was in, without what is private to them."""

    model = Participant
    extra = 0
    fields = ("user", "member_role", "last_read_seq", "last_delivered_seq", "joined_at", "left_at")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Participant]:
        return super().get_queryset(request).select_related("user").order_by("pk")


@admin.register(Conversation)
class ConversationAdmin(_ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # no parameters at run time
    list_display = ("id", "type", "title", "status", "participant_count", "last_seq", "last_activity_at")
    list_filter = ("type", "status", "context_type")
    search_fields = ("=id", "title", "context_title", "context_reference")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    inlines = (SeatInline,)
    fields = (
        ("type", "status", "title"),
        ("context_type", "context_reference", "context_title"),
        ("chat_status", "flow_state", "awaiting_role"),
        ("participant_count", "last_seq", "version"),
        "created_by",
        ("created_at", "last_activity_at"),
    )


@admin.register(Block)
class BlockAdmin(_ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # no parameters at run time
    list_display = ("blocker", "blocked", "reason", "created_at")
    list_select_related = ("blocker", "blocked")
    search_fields = ("blocker__display_name", "blocked__display_name")
    ordering = ("-id",)
