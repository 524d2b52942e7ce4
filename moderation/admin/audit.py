from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from moderation.admin.reading import BoundedPaginator, ForModerators, conversation_link, link
from moderation.models import AuditEntry

_PAGES = {
    "user": "messenger_user_change",
    "message": "messenger_message_change",
    "conversation": "messenger_conversation_change",
    "report": "moderation_report_change",
}


class KindFilter(admin.SimpleListFilter):
    """Deeds are few among the looks."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, _request: HttpRequest, _page: Any) -> list[tuple[str, str]]:
        return [("deeds", "Deeds"), ("looks", "Looks")]

    def queryset(self, _request: HttpRequest, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        if self.value() == "looks":
            return entries.filter(action__endswith="_viewed")
        return entries.exclude(action__endswith="_viewed") if self.value() == "deeds" else entries


@admin.register(AuditEntry)
class AuditEntryAdmin(ForModerators, admin.ModelAdmin):  # type: ignore[type-arg]  # no parameters at run time
    """Who did what to whom, when and why. The database itself refuses to change it."""

    list_display = ("created_at", "who", "what", "whom", "place", "reason")
    list_display_links = ("created_at",)
    list_filter = (KindFilter, "action", "target_type", "actor_name")
    search_fields = ("actor_name", "reason", "=target_id", "=conversation_id")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    paginator = BoundedPaginator
    show_full_result_count = False
    fields = ("created_at", "who", "what", "whom", "place", "reason", "facts")
    readonly_fields = ("who", "what", "whom", "place")

    @admin.display(description="who", ordering="actor_name")
    def who(self, entry: AuditEntry) -> SafeString | str:
        """The moderator."""
        if entry.actor_id is None:
            return entry.actor_name
        return link("messenger_user_change", entry.actor_name, entry.actor_id)

    @admin.display(description="did what", ordering="action")
    def what(self, entry: AuditEntry) -> str:
        """The action, in words."""
        return entry.action.replace("_", " ")

    @admin.display(description="to what")
    def whom(self, entry: AuditEntry) -> SafeString | str:
        """What it was done to."""
        page = _PAGES.get(entry.target_type)
        if page is None or entry.target_id is None:
            return entry.target_type
        return link(page, format_html("{} {}", entry.target_type, entry.target_id), entry.target_id)

    @admin.display(description="conversation", ordering="conversation_id")
    def place(self, entry: AuditEntry) -> SafeString | str:
        """Where."""
        return conversation_link(entry.conversation_id)
