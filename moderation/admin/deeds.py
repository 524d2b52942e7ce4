"""Deeds as pages: chosen in a list or opened by a link, they ask for the reason and then call one service."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString

from messenger.errors import MessengerError
from messenger.models import User
from moderation.admin.reading import is_moderator, moderator_of
from moderation.services.reasons import MAX_REASON_LENGTH

if TYPE_CHECKING:
    _Base = admin.ModelAdmin[Any]
else:
    _Base = object

MAX_AT_ONCE = 100


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        max_length=MAX_REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80, "class": "vLargeTextField"}),
        help_text="Those concerned read it, and it stays in the audit log.",
    )


class SuspensionForm(ReasonForm):
    """Why, and until when."""

    until = forms.DateTimeField(
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        help_text="UTC. Empty: until it is lifted.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedPage:
    """A deed: its name in addresses, what the button says, and the service that it calls for each chosen one."""

    name: str
    words: str
    carry_out: Callable[[User, int, dict[str, Any]], object]
    form: type[ReasonForm] = ReasonForm


class WithDeeds(_Base):
    """A model's admin whose `deeds` are actions of its list, and pages at `deed/<name>/?ids=1,2&next=/where/`."""

    deeds: Sequence[DeedPage] = ()

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_deed"
        view = self.admin_site.admin_view(self.deed_view)
        return [path("deed/<str:name>/", view, name=name), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = dict(super().get_actions(request))
        if is_moderator(request.user):
            for deed in self.deeds:
                actions[deed.name] = (_action_of(deed), deed.name, f"{deed.words} …")
        return actions

    def deed_link(self, name: str, *ids: int) -> SafeString:
        """A link to a deed's page for these ones."""
        deed = self._deed(name)
        return format_html('<a href="{}">{} …</a>', self._address_of(deed, ids), deed.words)

    def deed_view(self, request: HttpRequest, name: str) -> HttpResponse:
        if not is_moderator(request.user):
            raise PermissionDenied
        deed, chosen = self._deed(name), self._chosen(request)
        form = deed.form(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            self._carry_out(request, deed, chosen, form.cleaned_data)
            return HttpResponseRedirect(self._where_next(request))
        shown = {
            **self.admin_site.each_context(request),
            "title": deed.words,
            "opts": self.opts,
            "chosen": chosen,
            "form": form,
        }
        return TemplateResponse(request, "admin/moderation/deed.html", shown)

    def _where_next(self, request: HttpRequest) -> str:
        """Back to the page that led here, else the list."""
        asked = request.GET.get("next", "")
        if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
            return asked
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _deed(self, name: str) -> DeedPage:
        for deed in self.deeds:
            if deed.name == name:
                return deed
        raise Http404

    def _chosen(self, request: HttpRequest) -> list[Model]:
        given = request.GET.get("ids", "").split(",")
        ids = [int(item) for item in given if item.isascii() and item.isdecimal() and len(item) < 17]
        found = list(self.get_queryset(request).filter(pk__in=ids[:MAX_AT_ONCE]).order_by("pk"))
        if not found:
            raise Http404
        return found

    def _carry_out(self, request: HttpRequest, deed: DeedPage, chosen: Sequence[Model], data: dict[str, Any]) -> None:
        done = 0
        for item in chosen:
            try:
                deed.carry_out(moderator_of(request), item.pk, data)
                done += 1
            except MessengerError as refusal:
                self.message_user(request, f"{item}: {refusal.message}", messages.ERROR)
        if done:
            self.message_user(request, f"{deed.words}: done for {done}.", messages.SUCCESS)

    def _address_of(self, deed: DeedPage, ids: Sequence[int]) -> str:
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_deed", args=[deed.name])
        return f"{address}?ids={','.join(map(str, ids))}"


def _action_of(deed: DeedPage) -> Callable[..., HttpResponse | None]:
    def choose(page: WithDeeds, request: HttpRequest, chosen: QuerySet[Model]) -> HttpResponse | None:
        ids = list(chosen.order_by("pk").values_list("pk", flat=True)[: MAX_AT_ONCE + 1])
        if len(ids) > MAX_AT_ONCE:
            page.message_user(request, f"At most {MAX_AT_ONCE} at once.", messages.WARNING)
            return None
        return HttpResponseRedirect(page._address_of(deed, ids))  # noqa: SLF001 (the same class)

    choose.__name__ = deed.name
    return choose
