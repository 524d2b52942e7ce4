"""Offers as the entry pages show them."""

from messenger.models import Offer, User


def newest_offers(*, limit: int) -> list[Offer]:
    """The newest offers of everybody, with their owners."""
    return list(
        Offer.objects.select_related("owner").filter(owner__is_active=True).order_by("-created_at", "-pk")[:limit]
    )


def offers_of(*, owner: User, limit: int) -> list[Offer]:
    """Somebody's own offers, newest first."""
    return list(Offer.objects.select_related("owner").filter(owner=owner).order_by("-created_at", "-pk")[:limit])


def offer_at(*, kind: str, slug: str) -> Offer | None:
    """The offer of an entry page, with its owner; None where there is none, or its owner is gone."""
    return Offer.objects.select_related("owner").filter(kind=kind, slug=slug, owner__is_active=True).first()
