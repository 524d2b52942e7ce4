from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from messenger.errors import NotFound
from messenger.models import Conversation, Message, User
from messenger.selectors.access import is_suspended
from moderation.admin.reading import ForModerators, conversation_link, is_moderator, link, moderator_of, person_link
from moderation.models import Report
from moderation.selectors.reports import UNSETTLED, report_of
from moderation.services.queue import look_at_report
from moderation.services.reports import change_report
from moderation.shapes import report_shape

_SUSPEND = ("suspend", "Suspend …")


class QueueFilter(admin.SimpleListFilter):
    """What waits, unless something else is asked for."""

    title = "queue"
    parameter_name = "queue"

    def lookups(self, _request: HttpRequest, _page: Any) -> list[tuple[str, str]]:
        return [("settled", "Settled"), ("all", "All")]

    def choices(self, changelist: Any) -> Any:
        """Name the default for what it is."""
        first, *others = super().choices(changelist)
        return [{**first, "display": "Waiting"}, *others]

    def queryset(self, _request: HttpRequest, reports: QuerySet[Report]) -> QuerySet[Report]:
        if self.value() == "all":
            return reports
        settled = reports.exclude(status__in=UNSETTLED)
        return settled if self.value() == "settled" else reports.filter(status__in=UNSETTLED)


class ReportForm(forms.ModelForm):  # type: ignore[type-arg]  # no parameters at run time
    """What a moderator decides, and notes for the others; `seen` says how the report stood when the page was drawn."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.updated_at.isoformat()

    def clean(self) -> None:
        """Let nobody decide over the head of another, whose decision they have not seen."""
        super().clean()
        if self.cleaned_data.get("seen") not in ("", self.initial["seen"]):
            raise forms.ValidationError(
                "%(who)s has changed this report meanwhile (now: %(status)s). Open it again before you decide.",
                params={"who": self.instance.handled_by or "Somebody", "status": self.initial["status"]},
            )

    class Meta:
        model = Report
        fields = ("status", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})}


@admin.register(Report)
class ReportAdmin(ForModerators, admin.ModelAdmin):  # type: ignore[type-arg]  # no parameters at run time
    """The queue, oldest first; what was reported, as it was then; and what to do about it."""

    form = ReportForm
    list_display = ("id", "created_at", "status", "reason", "about", "place", "reporter", "handled_by")
    list_display_links = ("id", "created_at")
    list_filter = (QueueFilter, "reason", "status", ("reported_user", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("reporter", "reported_user", "handled_by")
    search_fields = (
        "=id", "=conversation__id", "=message__id", "details", "note",
        "reported_user__display_name", "=reported_user__email", "=reporter__email",
    )  # fmt: skip
    date_hierarchy = "created_at"
    ordering = ("created_at", "id")
    fieldsets = (
        (None, {"fields": ("reason", "details", "reporter", "created_at")}),
        ("About", {"fields": ("about", "place", "standing", "links")}),
        ("What was reported, as it was then", {"fields": ("frozen",)}),
        ("Decision", {"fields": ("status", "note", "handled_by", "seen")}),
    )
    readonly_fields = (
        "reason", "details", "reporter", "created_at", "about", "place", "standing", "links", "frozen", "handled_by",
    )  # fmt: skip

    def has_change_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return is_moderator(request.user)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "GET" and is_moderator(request.user) and object_id.isdecimal() and len(object_id) < 17:
            self._note_look(request, int(object_id))
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:  # noqa: ARG002 (Django's)
        changed = change_report(
            moderator=moderator_of(request),
            report_id=obj.pk,
            status=obj.status,
            note=obj.note if "note" in form.changed_data else None,
        )
        obj.handled_by = changed.handled_by

    @admin.display(description="about", ordering="reported_user")
    def about(self, report: Report) -> SafeString | str:
        """Who said it; for a conversation, that it is one."""
        return "a conversation" if report.message_id is None else person_link(report.reported_user)

    @admin.display(description="conversation", ordering="conversation")
    def place(self, report: Report) -> SafeString | str:
        """Where it was said."""
        return conversation_link(report.conversation_id)

    @admin.display(description="how it stands")
    def standing(self, report: Report) -> SafeString:
        """What became of the message, the conversation and the person, and where the record of it is."""
        rows: list[SafeString | str] = []
        if report.message is not None:
            rows.append(_standing_of_message(report.message))
        if report.conversation is not None:
            rows.append(f"the conversation is {report.conversation.status}")
            query = f"?kind=deeds&conversation_id={report.conversation_id}"
            rows.append(link("moderation_auditentry_changelist", "What was done there", query=query))
        if report.reported_user is not None:
            rows += _standing_of_person(report, report.reported_user)
        return format_html_join(" · ", "{}", ((row,) for row in rows))

    @admin.display(description="what can be done")
    def links(self, report: Report) -> SafeString | str:
        """Links to where one acts."""
        back = f"&next={reverse('admin:moderation_report_change', args=[report.pk])}"
        rows = []
        if report.conversation is not None:
            around = f"?around={report.message_id}#m{report.message_id}" if report.message_id else ""
            rows.append(
                link("messenger_conversation_look", "Read the conversation …", report.conversation_id, query=around)
            )
            is_closed = report.conversation.status == Conversation.Status.CLOSED
            name, words = ("reopen", "Reopen it …") if is_closed else ("close", "Close it …")
            rows.append(link("messenger_conversation_deed", words, name, query=f"?ids={report.conversation_id}{back}"))
        if report.message is not None and not report.message.removed_by_moderator:
            query = f"?ids={report.message_id}{back}"
            rows.append(link("messenger_message_deed", "Remove the message …", "remove", query=query))
        if report.reported_user is not None:
            query = f"?ids={report.reported_user_id}{back}"
            rows.append(link("messenger_user_deed", "Warn …", "warn", query=query))
            name, words = ("lift", "Lift the suspension …") if is_suspended(report.reported_user) else _SUSPEND
            rows.append(link("messenger_user_deed", words, name, query=query))
        return format_html_join(" · ", "{}", ((row,) for row in rows))

    @admin.display(description="evidence")
    def frozen(self, report: Report) -> SafeString:
        """The evidence, read-only."""
        return render_to_string(
            "admin/moderation/evidence.html", {"report": report_shape(report_of(report_id=report.pk))}
        )

    def _note_look(self, request: HttpRequest, report_id: int) -> None:
        try:
            look_at_report(moderator=moderator_of(request), report_id=report_id)
        except NotFound:
            return


def _standing_of_message(message: Message) -> str:
    if message.removed_by_moderator:
        return "the message was removed by a moderator"
    return "the message is there" if message.deleted_at is None else "the message was deleted"


def _standing_of_person(report: Report, person: User) -> list[SafeString | str]:
    others = Report.objects.filter(reported_user=person).exclude(pk=report.pk).count()
    query = f"?queue=all&reported_user__id__exact={person.pk}"
    rows: list[SafeString | str] = [f"{person} is suspended"] if is_suspended(person) else []
    rows.append(link("moderation_report_changelist", f"{others} more reports about {person}", query=query))
    query = f"?target_type=user&target_id={person.pk}"
    rows.append(link("moderation_auditentry_changelist", f"What was done to {person}", query=query))
    return rows
