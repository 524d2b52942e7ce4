from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db.models import F, Q
from django.utils import timezone

from messenger import bus
from messenger.errors import ValidationFailed
from messenger.events import MessageSent, SeatChanged
from messenger.models import Conversation, Message, Participant
from messenger.selectors.messages import messages_by_ids
from messenger.services.drafts import MAX_METADATA_BYTES, SERVER_KEYS
from messenger.services.search_index import index_message
from messenger.snapshots import MessageSnapshot
from messenger.texts import clean_text


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomatedMessage:
    """What an integrator says in a conversation; `data` becomes the message's metadata."""

    content: str
    data: Mapping[str, Any] = field(default_factory=dict)


def append_automated_message(*, conversation: Conversation, message: AutomatedMessage) -> MessageSnapshot:
    """Write an `automated` message, which nobody has sent, and publish it. Counts as unread for everybody.

    The caller holds the lock on `conversation`, whose numbers this moves on and saves.

    :raises ValidationFailed: empty or too long, or data that a client could not send as metadata.
    """
    content, data = _checked(message)
    now = timezone.now()
    conversation.last_seq += 1
    conversation.version += 1
    conversation.countable_seq += 1
    row = Message.objects.create(
        conversation=conversation,
        seq=conversation.last_seq,
        version=conversation.version,
        countable_seq=conversation.countable_seq,
        type=Message.Type.AUTOMATED,
        content=content,
        metadata=data,
        created_at=now,
        updated_at=now,
    )
    index_message(row)
    conversation.last_message = row
    conversation.last_activity_at = conversation.updated_at = now
    conversation.save(
        update_fields=["last_seq", "version", "countable_seq", "last_message", "last_activity_at", "updated_at"]
    )
    _bring_back(conversation)
    people = Participant.objects.filter(conversation=conversation, left_at__isnull=True).order_by("pk")
    snapshot = messages_by_ids([row.pk])[row.pk]
    bus.publish(
        MessageSent(
            audience=tuple(people.values_list("user_id", flat=True)),
            conversation_id=conversation.pk,
            version=row.version,
            message=snapshot,
            door="flow",
        )
    )
    return snapshot


def _checked(message: AutomatedMessage) -> tuple[str, dict[str, Any]]:
    content = clean_text(message.content, field="message.content")
    if not content:
        raise ValidationFailed.at("message.content", "This may not be empty.")
    if len(msgspec.json.encode(message.data)) > MAX_METADATA_BYTES:
        raise ValidationFailed.at("message.data", f"At most {MAX_METADATA_BYTES} bytes of JSON.")
    for key in SERVER_KEYS:
        if key in message.data:
            raise ValidationFailed.at("message.data", f"The key {key} is the server's own.")
    return content, dict(message.data)


def _bring_back(conversation: Conversation) -> None:
    """As any message: back into the list of who deleted it, and of who archived it without muting it."""
    is_muted = Q(is_muted=True) & (Q(muted_until__isnull=True) | Q(muted_until__gt=timezone.now()))
    gone = Participant.objects.filter(conversation=conversation, left_at__isnull=True).filter(
        Q(is_hidden=True) | (Q(is_archived=True) & ~is_muted)
    )
    ids = list(gone.order_by("pk").select_for_update().values_list("pk", flat=True))
    seats = Participant.objects.filter(pk__in=ids)
    seats.update(is_hidden=False, is_archived=False, private_version=F("private_version") + 1)
    bus.publish(
        *(
            SeatChanged(
                audience=(seat.user_id,),
                conversation_id=conversation.pk,
                user_id=seat.user_id,
                private_version=seat.private_version,
                updates={"isArchived": False},
            )
            for seat in seats.order_by("pk")
        )
    )
