from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from messenger.models import SignIn
from messenger.services.sign_ins import end_many


@admin.register(SignIn)
class SignInAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # no parameters at run time
    """Where people are signed in: to look at, and to end."""

    list_display = ("user", "kind", "address", "user_agent", "created_at", "last_seen_at", "expires_at", "ended_at")
    list_filter = ("kind", "end_reason")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__display_name", "address")
    date_hierarchy = "created_at"
    fields = (*list_display, "end_reason")
    readonly_fields = fields
    actions = ("end",)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: SignIn | None = None) -> bool:
        return False

    @admin.action(description="End the selected sign-ins and close their sockets", permissions=["change"])
    def end(self, request: HttpRequest, chosen: QuerySet[SignIn]) -> None:
        count = end_many(sign_in_ids=list(chosen.values_list("pk", flat=True)), reason="ended_by_admin")
        self.message_user(request, f"{count} ended.")
