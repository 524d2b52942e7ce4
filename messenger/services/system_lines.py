from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from messenger import bus
from messenger.events import MessageSent
from messenger.models import Conversation, Message, Participant, User
from messenger.selectors.messages import messages_by_ids


def append_system_message(*, conversation: Conversation, actor: User, text: str, metadata: Mapping[str, Any]) -> None:
    """Write a `system` line that tells of a change, and publish it. Counts as unread for nobody.

    The caller holds the lock on `conversation`, whose numbers this moves on and saves.
    """
    now = timezone.now()
    conversation.last_seq += 1
    conversation.version += 1
    message = Message.objects.create(
        conversation=conversation,
        seq=conversation.last_seq,
        version=conversation.version,
        countable_seq=conversation.countable_seq,
        sender=actor,
        type=Message.Type.SYSTEM,
        content=text,
        metadata=dict(metadata),
        created_at=now,
        updated_at=now,
    )
    conversation.last_message = message
    conversation.last_activity_at = conversation.updated_at = now
    conversation.save(update_fields=["last_seq", "version", "last_message", "last_activity_at", "updated_at"])
    people = Participant.objects.filter(conversation=conversation, left_at__isnull=True).order_by("pk")
    bus.publish(
        MessageSent(
            audience=tuple(people.values_list("user_id", flat=True)),
            conversation_id=conversation.pk,
            version=message.version,
            message=messages_by_ids([message.pk])[message.pk],
        )
    )
