from messenger.models import Conversation, Offer
from messenger.snapshots import ContextSnapshot

_KINDS: dict[str, str] = {
    Conversation.ContextType.PACKAGE: Offer.Kind.PACKAGE,
    Conversation.ContextType.SUPPLIER_PROFILE: Offer.Kind.SUPPLIER,
    Conversation.ContextType.MARKETPLACE_LISTING: Offer.Kind.LISTING,
}
_PATHS: dict[str, str] = {
    Offer.Kind.PACKAGE: "packages",
    Offer.Kind.SUPPLIER: "suppliers",
    Offer.Kind.LISTING: "marketplace",
}


def offer_named(*, context_type: str, reference_id: str) -> Offer | None:
    """The offer that a context names, by slug or else by id; None where there is none, or the type is of no offer."""
    kind = _KINDS.get(context_type)
    if kind is None:
        return None
    offers = Offer.objects.filter(kind=kind)
    offer = offers.filter(slug=reference_id).first()
    if offer is None and reference_id.isascii() and reference_id.isdecimal() and len(reference_id) <= 16:
        offer = offers.filter(pk=int(reference_id)).first()
    return offer


def context_of_offer(offer: Offer, *, context_type: str, reference_id: str) -> ContextSnapshot:
    """The context of a conversation about an offer, as the server knows it; the reference stays as it was named."""
    return ContextSnapshot(
        type=context_type,
        reference_id=reference_id,
        title=offer.title,
        image=offer.picture,
        url=path_of_offer(offer),
    )


def path_of_offer(offer: Offer) -> str:
    """Where the offer's page is."""
    return f"/{_PATHS[offer.kind]}/{offer.slug}/"
