"""`/messenger/`: the list and a conversation, whole before any script runs; a plain form sends without one."""

import uuid
from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from messenger.callers import sign_in_of
from messenger.conversation_shapes import conversation_shapes
from messenger.errors import MessengerError, ValidationFailed
from messenger.models import User
from messenger.pages.boot import boot_of
from messenger.pages.chats import Chat, chat_for
from messenger.pages.conversation_rows import ConversationRow, conversation_row
from messenger.pages.doors import signed_in, user_of
from messenger.pages.faces import badge_of
from messenger.pages.message_rows import MessageRow
from messenger.pages.modules import modules_of
from messenger.pages.questions import TABS, Question, question_in
from messenger.pages.times import zone_of
from messenger.selectors.inbox import InboxFilters, inbox_of
from messenger.selectors.unread import unread_counts_of
from messenger.services.conversations import NewConversation, open_conversation
from messenger.services.drafts import LONGEST_INPUT, Draft
from messenger.services.finding import conversation_between
from messenger.services.sending import send_message
from messenger.shapes import Json
from messenger.texts import MAX_CONTENT_LENGTH

_SCRIPTS = ("js/pages/messenger.js", "js/elements/messenger-app.js")
_FILTERS = {
    "all": InboxFilters(),
    "unread": InboxFilters(unread=True),
    "pinned": InboxFilters(pinned=True),
    "archived": InboxFilters(archived=True),
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def messenger(request: HttpRequest) -> HttpResponse:
    """The page, or with POST what its plain form sends. A GET never creates and never sends."""
    user, question = user_of(request), question_in(request.GET)
    if request.method == "POST":
        return _post(request, user, question)
    if question.is_new and (known := _known_conversation(user, question)) is not None:
        return HttpResponseRedirect(_address(known, question.prefill))
    return _show(request, user, question, chat_for(user, question))


def _post(request: HttpRequest, user: User, question: Question) -> HttpResponse:
    text = request.POST.get("content", "")
    try:
        identifier = _send(request, user, question, text)
    except MessengerError as error:
        return _show(request, user, question, chat_for(user, question).after(error, text=text), status=error.status)
    return HttpResponseRedirect(_address(identifier), status=303)


def _send(request: HttpRequest, user: User, question: Question, text: str) -> int:
    sign_in = sign_in_of(request)
    sign_in_id = sign_in.pk if sign_in else None
    nonce = request.POST.get("clientNonce") or None
    if len(text) > LONGEST_INPUT:
        raise ValidationFailed.at("content", f"At most {MAX_CONTENT_LENGTH:,} characters; these are {len(text):,}.")
    if question.conversation_id is not None:
        draft = Draft(
            sender_id=user.pk,
            conversation_id=question.conversation_id,
            content=text,
            nonce=nonce,
            door="page",
            sign_in_id=sign_in_id,
        )
        send_message(draft)
        return question.conversation_id
    wanted = NewConversation(
        participant_ids=(question.recipient_id or 0,),
        type=question.conversation_type,
        context=question.context,
        message=text,
        nonce=nonce,
        door="page",
        sign_in_id=sign_in_id,
    )
    return open_conversation(creator=user, wanted=wanted).conversation[0].id


def _known_conversation(user: User, question: Question) -> int | None:
    try:
        return conversation_between(user=user, other_id=question.recipient_id or 0, context=question.context)
    except MessengerError:
        return None


def _show(request: HttpRequest, user: User, question: Question, chat: Chat, *, status: int = 200) -> HttpResponse:
    inbox = inbox_of(user=user)
    conversations = conversation_shapes(inbox.conversations, viewer=user)
    shown = conversations
    if question.tab != "all" or question.search:
        filters = replace(_FILTERS[question.tab], search=question.search or None)
        shown = conversation_shapes(inbox_of(user=user, filters=filters).conversations, viewer=user)
    unread = unread_counts_of([user.pk])[user.pk].total
    page = {
        "chat": chat,
        "rows": _rows(shown, user, chat),
        "tab": question.tab,
        "tabs": [{"name": name, "label": label} for name, label in _tab_labels().items()],
        "empty": _empty_words("search" if question.search else question.tab),
        "unread_count": badge_of(unread),
        "nonce": uuid.uuid4().hex,
        "search": question.search,
        "modules": modules_of(*_SCRIPTS),
        "boot": boot_of(user=user, inbox=inbox, conversations=conversations, chat=chat, unread_count=unread),
        "blank_conversation": ConversationRow(),
        "blank_message": MessageRow(state_label=" "),
    }
    return render(request, "messenger/page.html", page, status=status)


def _rows(conversations: list[Json], user: User, chat: Chat) -> list[ConversationRow]:
    zone, viewer_id, open_id = zone_of(user.timezone), str(user.pk), chat.conversation_id or None
    return [conversation_row(each, viewer_id=viewer_id, open_id=open_id, zone=zone) for each in conversations]


def _address(conversation_id: int, prefill: str = "") -> str:
    address = f"/messenger/?conversation={conversation_id}"
    return f"{address}&{urlencode({'prefill': prefill})}" if prefill else address


def _tab_labels() -> dict[str, str]:
    labels = {"all": _("All"), "unread": _("Unread"), "pinned": _("Pinned"), "archived": _("Archived")}
    return {tab: labels[tab] for tab in TABS}


def _empty_words(view: str) -> dict[str, str]:
    title, text = {
        "all": (_("No conversations yet"), _("Start one with the plus button, or write to a supplier from an offer.")),
        "unread": (_("All read"), _("There is nothing new for you.")),
        "pinned": (_("Nothing pinned"), _("Pin a conversation from its menu, and it stays at the top.")),
        "archived": (_("The archive is empty"), _("Archived conversations wait here until somebody writes.")),
        "search": (_("No conversation found"), _("Try another name or title.")),
    }[view]
    return {"title": title, "text": text}
