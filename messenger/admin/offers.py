from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from messenger.errors import ValidationFailed
from messenger.models import Offer
from messenger.services.shared_fields import clean_avatar


class OfferForm(forms.ModelForm):  # type: ignore[type-arg]  # no parameters at run time
    class Meta:
        model = Offer
        fields = ("kind", "slug", "title", "text", "picture", "owner")

    def clean_picture(self) -> str:
        """Take pictures of this host only, as everywhere."""
        try:
            return clean_avatar(self.cleaned_data["picture"])
        except ValidationFailed as refusal:
            raise ValidationError("A path on this host is expected, such as /static/offers/hall.jpg.") from refusal


@admin.register(Offer)
class OfferAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # no parameters at run time
    """What entry pages show and contexts of conversations name."""

    form = OfferForm
    list_display = ("title", "kind", "slug", "owner", "created_at")
    list_filter = ("kind",)
    list_select_related = ("owner",)
    search_fields = ("title", "slug", "owner__display_name")
    autocomplete_fields = ("owner",)
    prepopulated_fields = {"slug": ("title",)}
    ordering = ("-id",)
