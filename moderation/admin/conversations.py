"""Conversations for moderators: whether they were reported, a way to read them for a reason, closing and reopening."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from messenger.admin.conversations import ConversationAdmin
from messenger.errors import MessengerError
from messenger.models import Conversation
from messenger.selectors.pages import Anchor, PageRequest, earlier_texts
from moderation.admin.deeds import DeedPage, ReasonForm, WithDeeds
from moderation.admin.reading import ForModerators, is_moderator, link, moderator_of
from moderation.models import Report
from moderation.selectors.reports import UNSETTLED
from moderation.services.deeds import set_conversation_status
from moderation.services.looks import look_at_conversation, look_at_messages, may_look

PAGE = 50


class ReportedFilter(admin.SimpleListFilter):
    """Whether anybody complained."""

    title = "reported"
    parameter_name = "reported"

    def lookups(self, _request: HttpRequest, _page: Any) -> list[tuple[str, str]]:
        return [("waiting", "Waits for a moderator"), ("yes", "Yes"), ("no", "No")]

    def queryset(self, _request: HttpRequest, conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
        reports = Report.objects.filter(conversation=OuterRef("pk"))
        if self.value() == "waiting":
            return conversations.filter(Exists(reports.filter(status__in=UNSETTLED)))
        if self.value() in ("yes", "no"):
            return conversations.filter(Exists(reports) if self.value() == "yes" else ~Exists(reports))
        return conversations


class ModeratedConversationAdmin(WithDeeds, ForModerators, ConversationAdmin):
    """Every conversation. Its texts are read on a page of their own, which asks for a reason and is recorded."""

    deeds = (
        DeedPage(
            name="close",
            words="Close",
            carry_out=lambda me, pk, data: set_conversation_status(
                moderator=me, conversation_id=pk, status="closed", reason=data["reason"]
            ),
        ),
        DeedPage(
            name="reopen",
            words="Reopen",
            carry_out=lambda me, pk, data: set_conversation_status(
                moderator=me, conversation_id=pk, status="active", reason=data["reason"]
            ),
        ),
    )
    list_display: Any = (*ConversationAdmin.list_display, "waiting_reports")
    list_filter: ClassVar[Any] = (*ConversationAdmin.list_filter, ReportedFilter)
    readonly_fields: ClassVar[Any] = ("moderation",)
    fields: ClassVar[Any] = (*ConversationAdmin.fields, "moderation")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        waiting = Count("reports", filter=Q(reports__status__in=UNSETTLED))
        conversations: QuerySet[Conversation] = super().get_queryset(request)
        return conversations.annotate(waiting=waiting)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.look_view)
        return [path("<int:pk>/look/", view, name="messenger_conversation_look"), *super().get_urls()]

    @admin.display(description="reports", ordering="waiting")
    def waiting_reports(self, conversation: Conversation) -> SafeString | str:
        """Reports of it that wait, as a link to the queue."""
        number: int = getattr(conversation, "waiting", 0)
        query = f"?conversation__id__exact={conversation.pk}"
        return link("moderation_report_changelist", number, query=query) if number else "-"

    @admin.display(description="what can be done")
    def moderation(self, conversation: Conversation) -> SafeString:
        """Links to reading, deeds, reports and the record."""
        is_closed = conversation.status == Conversation.Status.CLOSED
        by_conversation = f"?queue=all&conversation__id__exact={conversation.pk}"
        rows = [
            link("messenger_conversation_look", "Read it …", conversation.pk),
            self.deed_link("reopen" if is_closed else "close", conversation.pk),
            link("moderation_report_changelist", "Reports of it", query=by_conversation),
            link("moderation_auditentry_changelist", "What was done", query=f"?conversation_id={conversation.pk}"),
        ]
        return format_html_join(" · ", "{}", ((row,) for row in rows))

    def look_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the reason once a day, then show a page of messages; each look is recorded."""
        if not is_moderator(request.user):
            raise PermissionDenied
        if not Conversation.objects.filter(pk=pk).exists():
            raise Http404
        if request.method == "POST" or not may_look(moderator=moderator_of(request), conversation_id=pk):
            return self._ask(request, pk)
        return self._show(request, pk)

    def _ask(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ReasonForm(request.POST if request.method == "POST" else None)
        form.fields["reason"].help_text = "It stays in the audit log. Asked once a day for each conversation."
        if request.method == "POST" and form.is_valid():
            look_at_conversation(
                moderator=moderator_of(request), conversation_id=pk, reason=form.cleaned_data["reason"]
            )
            return HttpResponseRedirect(request.get_full_path())
        return self._page(request, "admin/moderation/reason.html", pk, form=form)

    def _show(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            page = look_at_messages(
                moderator=moderator_of(request), conversation_id=pk, reason=None, request=_page_asked(request)
            )
            earlier_of = _id_in(request, "earlier")
            earlier = (
                earlier_texts(user=moderator_of(request), message_id=earlier_of, conversation_id=pk)
                if earlier_of is not None
                else []
            )
        except MessengerError as refusal:
            raise Http404 from refusal
        address = reverse("admin:messenger_conversation_look", args=[pk])
        ids = [message.id for message in page.messages]
        return self._page(
            request,
            "admin/moderation/look.html",
            pk,
            messages_shown=page.messages,
            sought=request.GET.get("around", ""),
            reported=set(Report.objects.filter(message_id__in=ids).values_list("message_id", flat=True)),
            earlier_of=earlier_of,
            earlier=earlier,
            older=f"{address}?cursor={page.next_cursor}" if page.next_cursor else "",
            newer=f"{address}?cursor={page.previous_cursor}" if page.previous_cursor else "",
        )

    def _page(self, request: HttpRequest, template: str, pk: int, **more: object) -> TemplateResponse:
        shown = {
            **self.admin_site.each_context(request),
            "title": f"Conversation {pk}",
            "opts": self.opts,
            "conversation_id": pk,
            **more,
        }
        return TemplateResponse(request, template, shown, headers={"Cache-Control": "no-store"})


def _page_asked(request: HttpRequest) -> PageRequest:
    around = _id_in(request, "around")
    return PageRequest(
        limit=PAGE,
        cursor=request.GET.get("cursor") or None,
        around=Anchor(message_id=around) if around is not None else None,
    )


def _id_in(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 17 else None


admin.site.unregister(Conversation)
admin.site.register(Conversation, ModeratedConversationAdmin)
