"""The lines of the conversation list, made of v4 shapes; the same rules as static/messenger/js/views/rows.js."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.utils import timezone
from django.utils.translation import gettext as _

from messenger.pages.faces import badge_of, hue_of, initials_of
from messenger.pages.times import when_label
from messenger.shapes import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRow:
    """Plain values for templates/messenger/partials/conversation.html; all empty in the script's template."""

    id: str = ""
    href: str = "/messenger/"
    name: str = ""
    initials: str = ""
    hue: str = "0"
    presence: str = ""
    presence_label: str = ""
    time: str = ""
    time_label: str = ""
    preview: str = ""
    context_type: str = ""
    context_label: str = ""
    unread: int = 0
    unread_label: str = ""
    is_pinned: bool = False
    is_muted: bool = False
    is_open: bool = False


def conversation_row(conversation: Json, *, viewer_id: str, open_id: str | None, zone: tzinfo) -> ConversationRow:
    """One line of the list."""
    other = other_of(conversation, viewer_id)
    last = conversation["lastMessage"]
    at = datetime.fromisoformat(last["createdAt"] if last else conversation["createdAt"]).astimezone(zone)
    context = conversation["context"]
    name = name_of(conversation, viewer_id)
    return ConversationRow(
        id=conversation["id"],
        href=f"/messenger/?conversation={conversation['id']}",
        name=name,
        initials=initials_of(name),
        hue=hue_of(other["userId"] if other else conversation["id"]),
        presence=other["status"] if other else "",
        presence_label=presence_label(other["status"]) if other else "",
        time=last["createdAt"] if last else conversation["createdAt"],
        time_label=when_label(at, today=timezone.now().astimezone(zone).date()),
        preview=preview_of(conversation, viewer_id),
        context_type=context["type"] if context else "",
        context_label=context_label(context["type"]) if context else "",
        unread=conversation["unreadCount"],
        unread_label=badge_of(conversation["unreadCount"]),
        is_pinned=conversation["isPinned"],
        is_muted=conversation["isMuted"],
        is_open=conversation["id"] == open_id,
    )


def other_of(conversation: Json, viewer_id: str) -> Json | None:
    """The other person where there are two."""
    others: list[Json] = [seat for seat in conversation["participants"] if seat["userId"] != viewer_id]
    return others[0] if len(others) == 1 and conversation["type"] != "group" else None


def name_of(conversation: Json, viewer_id: str) -> str:
    """What to call a conversation."""
    if conversation["title"]:
        return str(conversation["title"])
    return ", ".join(seat["displayName"] for seat in conversation["participants"] if seat["userId"] != viewer_id)


def preview_of(conversation: Json, viewer_id: str) -> str:
    """The newest message on one line."""
    last = conversation["lastMessage"]
    if last is None:
        return _("No messages yet")
    kind = _("Photo") if last["type"] == "image" else _("File")
    text = _("Message deleted") if last["isDeleted"] else " ".join(last["content"].split()) or kind
    if last["type"] == "system":
        return text
    if last["senderId"] == viewer_id:
        return _("You: %(text)s") % {"text": text}
    if other_of(conversation, viewer_id) is None:
        return f"{last['senderName']}: {text}"
    return text


def context_label(kind: str) -> str:
    """A context's type in words."""
    return {
        "package": _("Package"),
        "supplier_profile": _("Supplier"),
        "marketplace_listing": _("Marketplace"),
        "find_a_supplier": _("Find a supplier"),
        "booking": _("Booking"),
        "event": _("Event"),
    }.get(kind, "")


def presence_label(status: str) -> str:
    """Presence in words; being offline goes without saying."""
    return {"online": _("Online"), "away": _("Away")}.get(status, "")
