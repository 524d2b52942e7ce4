"""The public entry pages: the start page and each offer, with its "Message supplier" trigger."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from messenger.models import Offer
from messenger.pages.doors import HOME
from messenger.pages.errors import not_found
from messenger.pages.faces import hue_of, initials_of
from messenger.selectors.storefront import newest_offers, offer_at

_PATHS: dict[str, str] = {"supplier": "suppliers", "package": "packages", "listing": "marketplace"}
_CONTEXTS: dict[str, str] = {"supplier": "supplier_profile", "package": "package", "listing": "marketplace_listing"}
_SHOWN = 12


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """`/`: what there is to talk about; who is signed in goes on to the messenger."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(HOME)
    return render(request, "home.html", {"offers": [card_of(offer) for offer in newest_offers(limit=_SHOWN)]})


@require_safe
def offer(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """One offer; its trigger is a link that works without script."""
    found = offer_at(kind=kind, slug=slug)
    if found is None:
        return not_found(request)
    shown = card_of(found) | {
        "text": found.text,
        "picture": found.picture if found.picture.startswith("/") and not found.picture.startswith("//") else "",
        "owner_id": found.owner_id,
        "owner_name": found.owner.display_name,
        "owner_initials": initials_of(found.owner.display_name),
        "owner_hue": hue_of(found.owner_id),
        "is_own": request.user.pk == found.owner_id,
    }
    return render(request, "offers/offer.html", {"offer": shown, "trigger": _trigger_of(found)})


def card_of(offer: Offer) -> dict[str, Any]:
    """An offer as lists show it."""
    labels = {"supplier": _("Supplier"), "package": _("Package"), "listing": _("Marketplace")}
    return {
        "kind_label": labels[offer.kind],
        "href": f"/{_PATHS[offer.kind]}/{offer.slug}/",
        "title": offer.title,
        "text": offer.text,
    }


def _trigger_of(offer: Offer) -> dict[str, str]:
    context = {
        "contextType": _CONTEXTS[offer.kind],
        "contextId": offer.slug,
        "contextTitle": offer.title,
    }
    query = urlencode({"new": "true", "recipientId": str(offer.owner_id)} | context)
    return {
        "href": f"/messenger/?{query}",
        "context_type": context["contextType"],
        "context_id": context["contextId"],
        "context_title": context["contextTitle"],
        "context_image": offer.picture,
    }
