from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from messenger.models import User
from messenger.pages.doors import own_dashboard, signed_in, user_of
from messenger.pages.offers import card_of
from messenger.selectors.storefront import newest_offers, offers_of

_SHOWN = 8


@require_safe
@signed_in
def customer_dashboard(request: HttpRequest) -> HttpResponse:
    """`/dashboard-customer.html`; suppliers go to their own."""
    if user_of(request).role == User.Role.SUPPLIER:
        return HttpResponseRedirect(own_dashboard(user_of(request)))
    page = {
        "heading": _("Hello %(name)s") % {"name": user_of(request).display_name},
        "lead": _("Your messages, and what is on offer."),
        "widget_id": "messenger-dashboard-widget",
        "is_supplier": False,
        "offers": [card_of(offer) for offer in newest_offers(limit=_SHOWN)],
    }
    return render(request, "dashboards/dashboard.html", page)


@require_safe
@signed_in
def supplier_dashboard(request: HttpRequest) -> HttpResponse:
    """`/dashboard-supplier.html`; customers go to their own."""
    if user_of(request).role == User.Role.CUSTOMER:
        return HttpResponseRedirect(own_dashboard(user_of(request)))
    page = {
        "heading": _("Hello %(name)s") % {"name": user_of(request).display_name},
        "lead": _("Who wrote to you, and who waits for an answer."),
        "widget_id": "messenger-dashboard-widget-supplier",
        "is_supplier": True,
        "offers": [card_of(offer) for offer in offers_of(owner=user_of(request), limit=_SHOWN)],
    }
    return render(request, "dashboards/dashboard.html", page)
