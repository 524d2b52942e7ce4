"""Campaign and bid conversations: an integrator moves their flow, participants press the buttons that it offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

import msgspec
from django.db import transaction
from django.utils import timezone

from messenger.conversation_shapes import flow_shape
from messenger.errors import ConversationClosed, NotAllowed, NotFound, ValidationFailed
from messenger.models import Conversation, FlowAction, Participant, User
from messenger.selectors import access
from messenger.selectors.conversations import shared_snapshots
from messenger.selectors.gates import FLOW_TYPES
from messenger.selectors.messages import messages_by_ids
from messenger.services import limits, outbox
from messenger.services.automated_lines import AutomatedMessage, append_automated_message
from messenger.services.telling import tell_changed
from messenger.snapshots import ConversationSnapshot, FlowSnapshot, MessageSnapshot
from messenger.texts import clean_line

CHAT_STATUSES = ("automated", "real_time", "closed")
MAX_WORD_LENGTH = 64
MAX_ACTION_DATA_BYTES = 4096
MAX_FLOW_DATA_BYTES = 16_384
MAX_BUTTONS = 20
ACTION_TOPIC = "flow-action"


class FlowChanges(TypedDict, total=False):
    """What to change of a flow; an absent key stays as it is, None takes the value away."""

    flow_state: str | None
    chat_status: str | None
    awaiting_role: str | None
    current_action_data: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A flow conversation as its participants share it, and the automated message that came with the change."""

    conversation: ConversationSnapshot
    message: MessageSnapshot | None


@transaction.atomic
def move_flow(*, conversation_id: int, changes: FlowChanges, message: AutomatedMessage | None = None) -> Moved:
    """Change the flow of a campaign or bid conversation for its integrator, and say something in it.

    The message comes first, then the change; both are told to all participants. What stays equal is told to nobody.

    :raises NotFound: no campaign or bid conversation.
    :raises ConversationClosed: a moderator closed it.
    :raises ValidationFailed: a word or data that cannot be stored.
    """
    conversation = Conversation.objects.select_for_update().filter(pk=conversation_id, type__in=FLOW_TYPES).first()
    if conversation is None:
        raise NotFound
    if conversation.status == Conversation.Status.CLOSED:
        raise ConversationClosed
    wanted = clean_flow(changes)
    said = append_automated_message(conversation=conversation, message=message) if message else None
    updates = {name: value for name, value in wanted.items() if getattr(conversation, name) != value}
    if updates:
        for name, value in updates.items():
            setattr(conversation, name, value)
        conversation.version += 1
        conversation.updated_at = timezone.now()
        conversation.save(update_fields=[*updates, "version", "updated_at"])
        tell_changed(conversation, updates={"flow": flow_shape(flow_of(conversation))})
    return Moved(conversation=shared_snapshots(ids=[conversation.pk])[conversation.pk], message=said)


def moved_before(*, conversation_id: int, message_id: int | None) -> Moved:
    """What a move that was carried out once looks like by now.

    :raises NotFound: the conversation is gone.
    """
    conversation = shared_snapshots(ids=[conversation_id]).get(conversation_id)
    if conversation is None:
        raise NotFound
    messages = {} if message_id is None else messages_by_ids([message_id])
    return Moved(conversation=conversation, message=next(iter(messages.values()), None))


@transaction.atomic
def take_action(*, actor: User, conversation_id: int, action: str, data: Mapping[str, Any]) -> FlowAction:
    """Press one of the buttons that the flow offers: it is stored, and told to the integrator until they have it.

    :raises NotFound: the actor takes no part in the conversation.
    :raises NotAllowed: no campaign or bid, or somebody else is awaited.
    :raises ValidationFailed: there is no such button, or too much data.
    :raises MessengerError: the actor is suspended or blocked, the conversation closed, or over the tier's limit.
    """
    place = access.place_of(user=actor, conversation_id=conversation_id, lock=True)
    conversation = place.conversation
    _check_may_act(actor, conversation, place.seat)
    if action not in _buttons_of(conversation.current_action_data):
        raise ValidationFailed.at("action", "There is no such button at the moment.")
    if len(msgspec.json.encode(data)) > MAX_ACTION_DATA_BYTES:
        raise ValidationFailed.at("data", f"At most {MAX_ACTION_DATA_BYTES:,} bytes of JSON.")
    limits.charge(kind="messages", user=actor)
    taken = FlowAction.objects.create(
        conversation=conversation,
        user=actor,
        action=action,
        data=dict(data),
        flow=flow_shape(flow_of(conversation)),
        version=conversation.version,
    )
    outbox.add(topic=ACTION_TOPIC, payloads=[{"actionId": taken.pk}])
    return taken


def clean_flow(changes: FlowChanges) -> dict[str, Any]:
    """The changes as they are stored.

    :raises ValidationFailed: an unknown chat status, a word too long, too much data or a button without an id.
    """
    wanted: dict[str, Any] = {}
    if "flow_state" in changes:
        wanted["flow_state"] = _word(changes["flow_state"], "flowState")
    if "awaiting_role" in changes:
        wanted["awaiting_role"] = _word(changes["awaiting_role"], "awaitingRole")
    if "chat_status" in changes:
        if changes["chat_status"] not in (*CHAT_STATUSES, None):
            raise ValidationFailed.at("chatStatus", f"One of {', '.join(CHAT_STATUSES)} is expected.")
        wanted["chat_status"] = changes["chat_status"]
    if "current_action_data" in changes:
        data = dict(changes["current_action_data"] or {})
        if len(msgspec.json.encode(data)) > MAX_FLOW_DATA_BYTES:
            raise ValidationFailed.at("currentActionData", f"At most {MAX_FLOW_DATA_BYTES:,} bytes of JSON.")
        _check_buttons(data)
        wanted["current_action_data"] = data
    return wanted


def flow_of(conversation: Conversation) -> FlowSnapshot:
    """The flow of a campaign or bid conversation as it stands."""
    return FlowSnapshot(
        flow_state=conversation.flow_state,
        chat_status=conversation.chat_status,
        awaiting_role=conversation.awaiting_role,
        current_action_data=conversation.current_action_data,
    )


def _check_may_act(actor: User, conversation: Conversation, seat: Participant) -> None:
    access.check_may_write(user=actor, conversation=conversation, is_action=True)
    if conversation.type not in FLOW_TYPES:
        raise NotAllowed("Only campaign and bid conversations have actions.")
    if conversation.chat_status == "closed":
        raise ConversationClosed
    if conversation.awaiting_role is None or conversation.awaiting_role not in (actor.role, seat.member_role):
        raise NotAllowed("It is somebody else's turn.")


def _buttons_of(data: Mapping[str, Any]) -> list[str]:
    return [button["id"] for button in data.get("buttons") or ()]


def _check_buttons(data: Mapping[str, Any]) -> None:
    buttons = data.get("buttons")
    if buttons is None:
        return
    if not isinstance(buttons, list) or len(buttons) > MAX_BUTTONS:
        raise ValidationFailed.at("currentActionData.buttons", f"A list of at most {MAX_BUTTONS} is expected.")
    ids = [button.get("id") if isinstance(button, dict) else None for button in buttons]
    if not all(isinstance(item, str) and 1 <= len(item) <= MAX_WORD_LENGTH for item in ids):
        raise ValidationFailed.at("currentActionData.buttons", f"Each has an id of 1 to {MAX_WORD_LENGTH} characters.")
    if len(set(ids)) != len(ids):
        raise ValidationFailed.at("currentActionData.buttons", "Two buttons have the same id.")


def _word(value: str | None, field: str) -> str | None:
    return None if value is None else clean_line(value, field=field, max_length=MAX_WORD_LENGTH) or None
