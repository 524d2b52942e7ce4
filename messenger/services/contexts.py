"""What a conversation is about: filled in from a known offer, or kept as the text that the client gave."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from messenger.errors import ValidationFailed
from messenger.models import Conversation
from messenger.selectors.offers import context_of_offer, offer_named
from messenger.snapshots import ContextSnapshot
from messenger.texts import clean_line

MAX_REFERENCE_LENGTH = 200
MAX_TITLE_LENGTH = 200
_MAX_KEY_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextInput:
    """A context as a client names it."""

    type: str
    reference_id: str
    reference_title: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """A context as it is stored; `key` is the same for every way of naming the same offer."""

    shown: ContextSnapshot
    key: str


def settle_context(given: ContextInput) -> Context:
    """Fill the context from the offer that it names; of an unknown one only type, reference and title are kept.

    :raises ValidationFailed: an unknown type, or no reference.
    """
    if given.type not in Conversation.ContextType.values:
        raise ValidationFailed.at("context.type", f"One of {', '.join(Conversation.ContextType.values)} is expected.")
    reference = clean_line(given.reference_id, field="context.referenceId", max_length=MAX_REFERENCE_LENGTH)
    title = clean_line(given.reference_title, field="context.referenceTitle", max_length=MAX_TITLE_LENGTH)
    if not reference:
        raise ValidationFailed.at("context.referenceId", "This is needed.")
    offer = offer_named(context_type=given.type, reference_id=reference)
    if offer is not None:
        shown = context_of_offer(offer, context_type=given.type, reference_id=reference)
        return Context(shown, f"offer:{offer.pk}")
    return Context(
        ContextSnapshot(type=given.type, reference_id=reference, title=title, image="", url=""),
        f"{given.type}:{reference}",
    )


def context_fields(context: Context) -> dict[str, str]:
    """The context as a conversation's row holds it."""
    shown = context.shown
    return {
        "context_type": shown.type,
        "context_reference": shown.reference_id,
        "context_title": shown.title,
        "context_image": shown.image,
        "context_url": shown.url,
    }


def pair_key_of(*, user_ids: Iterable[int], context: Context | None, kind: str = "") -> str:
    """What a conversation between these people exists once for: them, and the context where there is one.

    `kind` keeps campaigns and bids apart from what the same people say about the same thing among themselves.
    """
    people = ":".join(str(user_id) for user_id in sorted(user_ids))
    key = f"{kind}:{people}" if kind else people
    key = key if context is None else f"{key}|{context.key}"
    if len(key) <= _MAX_KEY_LENGTH:
        return key
    return f"hash:{hashlib.sha256(key.encode()).hexdigest()}"
