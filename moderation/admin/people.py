from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from messenger.admin.people import PersonAdmin
from messenger.models import User
from messenger.selectors.access import is_suspended
from moderation.admin.deeds import DeedPage, SuspensionForm, WithDeeds
from moderation.admin.reading import is_moderator, link
from moderation.selectors.reports import UNSETTLED
from moderation.services.deeds import close_account, reopen_account, suspend, unsuspend, warn


class SuspendedFilter(admin.SimpleListFilter):
    """Who cannot sign in at the moment."""

    title = "suspended"
    parameter_name = "suspended"

    def lookups(self, _request: HttpRequest, _page: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, _request: HttpRequest, people: QuerySet[User]) -> QuerySet[User]:
        now = Q(suspended_until__gt=timezone.now())
        return people.filter(now if self.value() == "yes" else ~now) if self.value() else people


class ModeratedPersonAdmin(WithDeeds, PersonAdmin):
    """People, with what moderators do: warn, suspend, lift; and closing accounts altogether."""

    deeds = (
        DeedPage(
            name="warn",
            words="Warn",
            carry_out=lambda me, pk, data: warn(moderator=me, user_id=pk, reason=data["reason"]),
        ),
        DeedPage(
            name="suspend",
            words="Suspend",
            form=SuspensionForm,
            carry_out=lambda me, pk, data: suspend(
                moderator=me, user_id=pk, reason=data["reason"], until=data["until"]
            ),
        ),
        DeedPage(
            name="lift",
            words="Lift the suspension",
            carry_out=lambda me, pk, data: unsuspend(moderator=me, user_id=pk, reason=data["reason"]),
        ),
        DeedPage(
            name="deactivate",
            words="Deactivate",
            carry_out=lambda me, pk, data: close_account(moderator=me, user_id=pk, reason=data["reason"]),
        ),
        DeedPage(
            name="reactivate",
            words="Reactivate",
            carry_out=lambda me, pk, data: reopen_account(moderator=me, user_id=pk, reason=data["reason"]),
        ),
    )
    list_display: Any = (*PersonAdmin.list_display, "waiting_reports")
    list_filter: ClassVar[Any] = (*PersonAdmin.list_filter, SuspendedFilter)
    readonly_fields: ClassVar[Any] = (*PersonAdmin.readonly_fields, "moderation")
    fieldsets: ClassVar[Any] = (
        PersonAdmin.fieldsets[0],
        ("Moderation", {"fields": ("moderation",)}),
        *PersonAdmin.fieldsets[1:],
    )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_moderator(request.user) or super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who moderates sees people; changing them takes the permission for it."""
        return is_moderator(request.user) or super().has_view_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        waiting = Count("reports_about", filter=Q(reports_about__status__in=UNSETTLED))
        people: QuerySet[User] = super().get_queryset(request)
        return people.annotate(waiting=waiting)

    @admin.display(description="reports", ordering="waiting")
    def waiting_reports(self, user: User) -> SafeString | str:
        """Reports about them that wait, as a link to the queue."""
        number: int = getattr(user, "waiting", 0)
        query = f"?reported_user__id__exact={user.pk}"
        return link("moderation_report_changelist", number, query=query) if number else "-"

    @admin.display(description="what can be done")
    def moderation(self, user: User) -> SafeString:
        """Links to deeds, reports and the record."""
        rows = [
            self.deed_link("warn", user.pk),
            self.deed_link("lift" if is_suspended(user) else "suspend", user.pk),
            self.deed_link("deactivate" if user.is_active else "reactivate", user.pk),
            link(
                "moderation_report_changelist",
                "Reports about them",
                query=f"?queue=all&reported_user__id__exact={user.pk}",
            ),
            link("moderation_auditentry_changelist", "What was done", query=f"?target_type=user&target_id={user.pk}"),
            link("messenger_message_changelist", "Their messages", query=f"?q={user.email}"),
        ]
        return format_html_join(" · ", "{}", ((row,) for row in rows))


admin.site.unregister(User)
admin.site.register(User, ModeratedPersonAdmin)
