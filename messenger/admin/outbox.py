from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from messenger.models import OutboxEntry
from messenger.services.outbox import try_again


@admin.register(OutboxEntry)
class OutboxAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # no parameters at run time
    """Work that follows changes: what waits, what was done, and dead letters, which may be tried again."""

    list_display = ("id", "topic", "state", "attempts", "due_at", "leased_until", "last_error", "created_at")
    list_filter = ("state", "topic")
    search_fields = ("=id", "topic", "last_error")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    fields = (*list_display, "done_at", "payload")
    readonly_fields: ClassVar = fields
    actions = ("try_chosen_again",)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: OutboxEntry | None = None) -> bool:
        return False

    @admin.action(description="Try dead letters again", permissions=["change"])
    def try_chosen_again(self, request: HttpRequest, chosen: QuerySet[OutboxEntry]) -> None:
        count = try_again(entry_ids=list(chosen.values_list("pk", flat=True)))
        self.message_user(request, f"{count} will be tried again.")
