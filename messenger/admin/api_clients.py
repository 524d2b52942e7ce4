from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from messenger.models import ApiClient
from messenger.services.api_clients import create_client, replace_key


class ApiClientForm(forms.ModelForm):  # type: ignore[type-arg]  # no parameters at run time
    scopes = forms.MultipleChoiceField(
        choices=ApiClient.Scope.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ApiClient
        fields = ("name", "owner", "scopes", "is_active")


@admin.register(ApiClient)
class ApiClientAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # no parameters at run time
    """Integrators' programs. A key is shown once, on the page that answers its making."""

    form = ApiClientForm
    list_display = ("name", "owner", "scopes", "token_prefix", "is_active", "created_at", "last_used_at")
    list_select_related = ("owner",)
    autocomplete_fields = ("owner",)
    search_fields = ("name", "owner__email")
    readonly_fields = ("token_prefix", "created_at", "last_used_at")
    actions = ("give_new_key",)

    def save_model(self, request: HttpRequest, obj: ApiClient, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        made, key = create_client(name=obj.name, owner=obj.owner, scopes=list(obj.scopes))
        obj.pk, obj.token_hash, obj.token_prefix = made.pk, made.token_hash, made.token_prefix
        obj.__dict__["key"] = key

    def response_add(self, request: HttpRequest, obj: ApiClient, post_url_continue: str | None = None) -> HttpResponse:  # noqa: ARG002
        return self._show_key(request, obj, obj.__dict__["key"])

    @admin.action(description="Give a new key (the old one stops working)", permissions=["change"])
    def give_new_key(self, request: HttpRequest, chosen: QuerySet[ApiClient]) -> HttpResponse | None:
        if chosen.count() != 1:
            self.message_user(request, "Choose one client: its key is shown once.", messages.WARNING)
            return None
        client = chosen.get()
        return self._show_key(request, client, replace_key(client=client))

    def _show_key(self, request: HttpRequest, client: ApiClient, key: str) -> HttpResponse:
        shown = {**self.admin_site.each_context(request), "title": f"The key of {client.name}", "key": key}
        return TemplateResponse(
            request, "admin/messenger/apiclient/key.html", shown, headers={"Cache-Control": "no-store"}
        )
