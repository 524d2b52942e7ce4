"""How long messages are kept, by type of conversation (`MESSENGER_RETENTION`); for ever where nothing is said."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils import timezone

from messenger.models import Conversation, Message
from messenger.services.rewriting import CHUNK, delete_conversation, wipe_messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlived:
    """What of a type is, or was, older than its days: whole conversations, and messages of others."""

    type: str
    days: int
    conversations: int
    messages: int


def apply_retention(*, is_dry_run: bool = False, now: datetime | None = None) -> list[Outlived]:
    """Delete what has outlived its days; with `is_dry_run`, only count it. Safe to run twice.

    A conversation in which nothing was said since then goes as a whole. In others the old messages are wiped: their
    places stay, so that numbers have no gaps.
    """
    now = now or timezone.now()
    return [
        _apply(kind, days, now - timedelta(days=days), is_dry_run=is_dry_run)
        for kind, days in settings.MESSENGER_RETENTION.items()
    ]


def _apply(kind: str, days: int, before: datetime, *, is_dry_run: bool) -> Outlived:
    silent = list(_silent(kind, before).values_list("pk", flat=True))
    old = _old_messages(kind, before)
    counts = dict(old.values_list("conversation_id").annotate(n=Count("pk")).order_by("conversation_id"))
    if not is_dry_run:
        for conversation_id in silent:
            delete_conversation(conversation_id=conversation_id)
        for conversation_id in counts:
            _wipe_old(conversation_id, before)
    return Outlived(type=kind, days=days, conversations=len(silent), messages=sum(counts.values()))


def _silent(kind: str, before: datetime) -> QuerySet[Conversation]:
    return Conversation.objects.filter(type=kind, last_activity_at__lt=before).order_by("pk")


def _old_messages(kind: str, before: datetime) -> QuerySet[Message]:
    """Old messages of conversations that go on."""
    going_on = Message.objects.filter(conversation__type=kind, conversation__last_activity_at__gte=before)
    return going_on.filter(created_at__lt=before, wiped_at__isnull=True)


def _wipe_old(conversation_id: int, before: datetime) -> None:
    old = Message.objects.filter(conversation_id=conversation_id, created_at__lt=before, wiped_at__isnull=True)
    while ids := list(old.order_by("seq").values_list("pk", flat=True)[:CHUNK]):
        wipe_messages(conversation_id=conversation_id, message_ids=ids)
