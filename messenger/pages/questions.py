"""What the address of `/messenger/` asks for. Nonsense is no error: it asks for what is not there."""

from collections.abc import Mapping
from dataclasses import dataclass

from messenger.services.contexts import ContextInput
from messenger.texts import MAX_CONTENT_LENGTH

TABS = ("all", "unread", "pinned", "archived")
_MAX_DIGITS = 15
_CONTEXTS = {
    "supplier": "supplier_profile",
    "listing": "marketplace_listing",
    "marketplace": "marketplace_listing",
    "find_supplier": "find_a_supplier",
}
_TYPES = {"package": "enquiry", "marketplace_listing": "marketplace"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The query, read. `conversation` and `recipient_id` are None where nothing is named, 0 for what is no id."""

    conversation_id: int | None
    message_id: int | None
    tab: str
    search: str
    is_new: bool
    recipient_id: int | None
    context: ContextInput | None
    prefill: str

    @property
    def conversation_type(self) -> str:
        """The type of a new conversation about the context."""
        return _TYPES.get(self.context.type, "direct") if self.context else "direct"


def question_in(query: Mapping[str, str]) -> Question:
    """Read the query of `/messenger/` (contract: browser.md, section 1)."""
    tab = query.get("tab", "all")
    return Question(
        conversation_id=_identifier(query.get("conversation")),
        message_id=_identifier(query.get("message")),
        tab=tab if tab in TABS else "all",
        search=query.get("q", "").replace("\0", "")[:200],
        is_new=query.get("new") in ("true", "1"),
        recipient_id=_identifier(query.get("recipientId") or query.get("contact")),
        context=_context_in(query),
        prefill=query.get("prefill", "")[:MAX_CONTENT_LENGTH],
    )


def _identifier(value: str | None) -> int | None:
    if not value:
        return None
    is_number = value.isascii() and value.isdecimal() and len(value) <= _MAX_DIGITS
    return int(value) if is_number else 0


def _context_in(query: Mapping[str, str]) -> ContextInput | None:
    kind, reference = query.get("contextType", ""), query.get("contextId", "")
    if not kind or not reference:
        return None
    return ContextInput(
        type=_CONTEXTS.get(kind, kind), reference_id=reference, reference_title=query.get("contextTitle", "")
    )
