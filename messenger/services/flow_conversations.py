"""Opening campaign and bid conversations, for an integrator: by its API client, or in-process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q

from messenger.errors import UnknownParticipant, ValidationFailed
from messenger.models import Block, Conversation, Participant, User
from messenger.selectors.conversations import shared_snapshots
from messenger.selectors.gates import FLOW_TYPES
from messenger.services import repeats
from messenger.services.automated_lines import AutomatedMessage, append_automated_message
from messenger.services.contexts import ContextInput, context_fields, pair_key_of, settle_context
from messenger.services.conversations import MAX_MEMBERS
from messenger.services.flows import FlowChanges, clean_flow
from messenger.services.shared_fields import clean_avatar, clean_metadata, clean_title
from messenger.services.telling import tell_created
from messenger.snapshots import ConversationSnapshot, MessageSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFlowConversation:
    """What an integrator wants to open: exactly these people, and the flow that it begins with."""

    type: str
    participant_ids: tuple[int, ...]
    flow: FlowChanges
    context: ContextInput | None = None
    title: str = ""
    avatar: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    message: AutomatedMessage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFlow:
    """The conversation as its participants share it, and the automated message that it began with."""

    conversation: ConversationSnapshot
    message: MessageSnapshot | None
    is_existing: bool


@transaction.atomic
def open_flow_conversation(
    *, wanted: NewFlowConversation, opener: User | None = None, nonce: str | None = None
) -> OpenedFlow:
    """Open a campaign or bid conversation; without a chat status it is automated.

    With a context it exists once for each (type, people, context): the one there is stays as it is, and nothing is
    said in it. A repeated nonce of the same opener finds the first conversation.

    :raises UnknownParticipant: somebody is unknown or deactivated, or two of them are on either side of a block.
    :raises ValidationFailed: nobody, too many people, another type, or a bad flow, title, context or message.
    :raises NonceReused: the nonce was used for something else.
    """
    if wanted.type not in FLOW_TYPES:
        raise ValidationFailed.at("type", f"One of {', '.join(FLOW_TYPES)} is expected.")
    people = _people_of(wanted)
    if opener is None or nonce is None:
        return _opened(wanted, people, opener)
    first = repeats.first_of(user=opener, route="conversations", key=nonce, request=wanted)
    known = repeats.conversation_of(first)
    if known is not None:
        return _existing(known.pk)
    opened = _opened(wanted, people, opener)
    repeats.settle(first, answer={"conversationId": opened.conversation.id}, status=201)
    return opened


def _people_of(wanted: NewFlowConversation) -> tuple[int, ...]:
    people = tuple(dict.fromkeys(wanted.participant_ids))
    if not 1 <= len(people) <= MAX_MEMBERS:
        raise ValidationFailed.at("participantIds", f"1 to {MAX_MEMBERS} people are expected.")
    active = User.objects.filter(pk__in=people, is_active=True, erased_at__isnull=True).count()
    if active != len(people) or Block.objects.filter(Q(blocker__in=people) & Q(blocked__in=people)).exists():
        raise UnknownParticipant
    return people


def _opened(wanted: NewFlowConversation, people: tuple[int, ...], opener: User | None) -> OpenedFlow:
    context = settle_context(wanted.context) if wanted.context else None
    pair_key = None if context is None else pair_key_of(user_ids=people, context=context, kind=wanted.type)
    fields: dict[str, Any] = {
        "type": wanted.type,
        "title": clean_title(wanted.title),
        "avatar": clean_avatar(wanted.avatar),
        "metadata": clean_metadata(wanted.metadata),
        "created_by": opener,
        "participant_count": len(people),
        "version": 1,
        "chat_status": "automated",
        **clean_flow(wanted.flow),
        **(context_fields(context) if context else {}),
    }
    if pair_key is None:
        conversation, is_new = Conversation.objects.create(**fields), True
    else:
        conversation, is_new = Conversation.objects.get_or_create(pair_key=pair_key, defaults=fields)
    if not is_new:
        return _existing(conversation.pk)
    Participant.objects.bulk_create([Participant(conversation=conversation, user_id=user_id) for user_id in people])
    tell_created(conversation.pk)
    message = wanted.message
    said = append_automated_message(conversation=conversation, message=message) if message else None
    return OpenedFlow(conversation=_shared(conversation.pk), message=said, is_existing=False)


def _existing(conversation_id: int) -> OpenedFlow:
    return OpenedFlow(conversation=_shared(conversation_id), message=None, is_existing=True)


def _shared(conversation_id: int) -> ConversationSnapshot:
    return shared_snapshots(ids=[conversation_id])[conversation_id]
