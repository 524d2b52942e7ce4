"""What the right pane of `/messenger/` shows, worked out before anything is rendered."""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from messenger.conversation_shapes import conversation_shape
from messenger.errors import MessengerError, NotFound
from messenger.message_shapes import messages_shape
from messenger.models import User
from messenger.pages.conversation_rows import context_label, name_of, other_of, presence_label
from messenger.pages.faces import hue_of, initials_of
from messenger.pages.message_rows import Entry, entries_of, first_unread_of
from messenger.pages.questions import Question
from messenger.pages.times import zone_of
from messenger.selectors.conversations import conversation_seen_by
from messenger.selectors.pages import Anchor, MessagePage, PageRequest, page_of_messages
from messenger.selectors.people import reachable_people
from messenger.services.contexts import settle_context
from messenger.shapes import Json

_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """Plain values for templates/messenger/partials/chat_pane.html; `view` says which pane."""

    view: str = "empty"
    conversation_id: str = ""
    name: str = ""
    initials: str = ""
    hue: str = "0"
    presence: str = ""
    status: str = ""
    refusal: str = ""
    context: Json | None = None
    compose: Json | None = None
    entries: list[Entry] = field(default_factory=list)
    prefill: str = ""
    form_action: str = "/messenger/"
    form_error: str = ""
    conversation: Json | None = None
    page: Json = field(default_factory=dict)

    def after(self, error: MessengerError, *, text: str) -> "Chat":
        """The same pane after a form that was refused: with the sentence, and the text kept."""
        return replace(self, form_error=error.message, prefill=text)


def chat_for(user: User, question: Question) -> Chat:
    """The pane that the address asks for; what is unknown, foreign or malformed is "not available", all alike."""
    try:
        if question.conversation_id is not None:
            return _conversation(user, question)
        return _new(user, question) if question.recipient_id is not None and question.is_new else Chat()
    except MessengerError:
        return Chat(view="unavailable")


def _conversation(user: User, question: Question) -> Chat:
    identifier = question.conversation_id or 0
    seen, own = conversation_seen_by(user=user, conversation_id=identifier)
    page = _page(user, identifier, question.message_id)
    conversation = conversation_shape(seen, own, user)
    messages = messages_shape(page.messages, viewer_id=user.pk)
    viewer_id = str(user.pk)
    other = other_of(conversation, viewer_id)
    name = name_of(conversation, viewer_id)
    unread_from = first_unread_of(conversation, messages, viewer_id=viewer_id)
    entries = entries_of(messages, viewer_id=viewer_id, unread_from_seq=unread_from, zone=zone_of(user.timezone))
    return Chat(
        view="conversation",
        conversation_id=conversation["id"],
        name=name,
        initials=initials_of(name),
        hue=hue_of(other["userId"] if other else conversation["id"]),
        presence=other["status"] if other else "",
        status=_status_of(conversation, other),
        refusal=refusal_words(conversation["permissions"].get("reason")),
        context=_context_of(conversation["context"]),
        entries=list(entries),
        prefill=question.prefill,
        form_action=f"/messenger/?conversation={conversation['id']}",
        conversation=conversation,
        page={
            "messages": messages,
            "hasMore": page.next_cursor is not None,
            "nextCursor": page.next_cursor,
            "hasNewer": page.previous_cursor is not None,
        },
    )


def _page(user: User, conversation_id: int, message_id: int | None) -> MessagePage:
    """What lies around the message that is named; the newest ones where it is not there."""
    newest = PageRequest(limit=_PAGE)
    if not message_id:
        return page_of_messages(user=user, conversation_id=conversation_id, request=newest)
    around = replace(newest, around=Anchor(message_id=message_id))
    try:
        return page_of_messages(user=user, conversation_id=conversation_id, request=around)
    except NotFound:
        return page_of_messages(user=user, conversation_id=conversation_id, request=newest)


def _new(user: User, question: Question) -> Chat:
    identifier = question.recipient_id or 0
    recipient = reachable_people(user=user, user_ids=[identifier]).get(identifier)
    if recipient is None:
        return Chat(view="unavailable")
    shown = settle_context(question.context).shown if question.context else None
    context: dict[str, Any] = (
        {"type": shown.type, "referenceId": shown.reference_id, "referenceTitle": shown.title, "url": shown.url}
        if shown
        else {}
    )
    query = {"new": "true", "recipientId": recipient.pk}
    named = {"contextType": context["type"], "contextId": context["referenceId"]} if context else {}
    return Chat(
        view="compose",
        name=recipient.display_name,
        initials=initials_of(recipient.display_name),
        hue=hue_of(recipient.pk),
        context=_context_of(context),
        compose={
            "recipient_id": recipient.pk,
            "recipient_name": recipient.display_name,
            "context_type": context.get("type", ""),
            "context_id": context.get("referenceId", ""),
            "context_title": context.get("referenceTitle", ""),
        },
        prefill=question.prefill,
        form_action=f"/messenger/?{urlencode(query | named)}",
    )


def _status_of(conversation: Json, other: Json | None) -> str:
    if other is None:
        count = conversation["participantCount"]
        return _("%(count)d members") % {"count": count}
    roles = {"customer": _("Customer"), "supplier": _("Supplier"), "admin": _("Administrator")}
    return presence_label(other["status"]) or roles.get(other["role"], "")


def _context_of(context: Json | None) -> Json | None:
    if not context:
        return None
    href = context["url"] or ""
    return {
        "type": context["type"],
        "label": context_label(context["type"]),
        "title": context["referenceTitle"],
        "href": href if href.startswith("/") and not href.startswith("//") else "",
    }


def refusal_words(code: str | None) -> str:
    """Why nothing can be written, in words; empty where something can."""
    if code is None:
        return ""
    return {
        "conversation_closed": _("This conversation is closed."),
        "automated_mode": _("This conversation is automated at the moment; please use the buttons."),
        "cannot_message": _("You cannot write to this person."),
        "suspended": _("Your account is suspended."),
    }.get(code, _("You cannot write in this conversation at the moment."))
