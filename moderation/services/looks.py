"""Moderators look at conversations of others: for a reason, once a day and conversation, and each look is recorded."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from messenger.errors import NotFound, ReasonRequired
from messenger.models import User
from messenger.selectors.conversations import shared_snapshots
from messenger.selectors.pages import MessagePage, PageRequest
from messenger.snapshots import ConversationSnapshot
from moderation.models import AuditEntry
from moderation.selectors.messages import page_of_any_conversation
from moderation.services.audit import Action, record
from moderation.services.reasons import clean_reason

REASON_LASTS = timedelta(days=1)
LOOKS: tuple[Action, ...] = ("conversation_viewed", "messages_viewed", "history_viewed")


@transaction.atomic
def look_at_conversation(
    *, moderator: User, conversation_id: int, reason: str | None, client_name: str = ""
) -> ConversationSnapshot:
    """A conversation with its people and last message; nobody's read state changes.

    :raises NotFound: there is none.
    :raises ReasonRequired: none is given, and the moderator gave none for it within a day.
    """
    snapshot = shared_snapshots(ids=[conversation_id]).get(conversation_id)
    if snapshot is None:
        raise NotFound
    note_look(
        moderator=moderator,
        conversation_id=conversation_id,
        reason=reason,
        what="conversation_viewed",
        client_name=client_name,
    )
    return snapshot


@transaction.atomic
def look_at_messages(
    *, moderator: User, conversation_id: int, reason: str | None, request: PageRequest, client_name: str = ""
) -> MessagePage:
    """A page of a conversation's messages, deleted ones without their content; nobody's read state changes.

    :raises NotFound: no such conversation, or no such message in it.
    :raises ReasonRequired: none is given, and the moderator gave none for it within a day.
    :raises ValidationFailed: a forged or foreign cursor, or several anchors at once.
    """
    page = page_of_any_conversation(viewer=moderator, conversation_id=conversation_id, request=request)
    note_look(
        moderator=moderator,
        conversation_id=conversation_id,
        reason=reason,
        what="messages_viewed",
        client_name=client_name,
    )
    return page


def look_at_history(*, moderator: User, conversation_id: int, reason: str | None) -> None:
    """Let a moderator see what a message of others said before its edits.

    :raises ReasonRequired: none is given, and the moderator gave none for it within a day.
    """
    note_look(moderator=moderator, conversation_id=conversation_id, reason=reason, what="history_viewed")


def may_look(*, moderator: User, conversation_id: int) -> bool:
    """True where the moderator gave a reason for this conversation within a day."""
    return _reason_of_today(moderator, conversation_id) is not None


def note_look(
    *, moderator: User, conversation_id: int, reason: str | None, what: Action, client_name: str = ""
) -> None:
    """Record a look; without a reason, the one given within a day stands for it.

    :raises ReasonRequired: there is none.
    """
    known = None if reason else _reason_of_today(moderator, conversation_id)
    if not reason and known is None:
        raise ReasonRequired(reason=["This is needed."])
    facts: dict[str, object] = {"client": client_name} if client_name else {}
    if known is not None:
        facts["reasonGivenEarlier"] = True
    record(
        moderator=moderator,
        action=what,
        target_type="conversation",
        target_id=conversation_id,
        conversation_id=conversation_id,
        reason=known if known is not None else clean_reason(reason),
        facts=facts,
    )


def _reason_of_today(moderator: User, conversation_id: int) -> str | None:
    given = AuditEntry.objects.filter(
        actor_id=moderator.pk,
        action__in=LOOKS,
        conversation_id=conversation_id,
        created_at__gt=timezone.now() - REASON_LASTS,
    ).exclude(facts__has_key="reasonGivenEarlier")
    return given.order_by("-created_at").values_list("reason", flat=True).first()
