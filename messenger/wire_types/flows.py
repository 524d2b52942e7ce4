"""Campaign and bid conversations: what integrators move, and what participants press."""

from typing import Annotated

from msgspec import UNSET, Meta

from messenger.wire_types.conversations import SharedConversation
from messenger.wire_types.messages import SharedMessage
from messenger.wire_types.requests import ActionData, AutomatedMessageIn, FlowIn, Text
from messenger.wire_types.values import Absent, Done, Id, Input, Moment, Shape

ActionName = Annotated[str, Meta(min_length=1, max_length=64, examples=["accept"])]


class FlowChanges(FlowIn):
    """What to change: an absent field stays, `null` takes the value away."""

    message: AutomatedMessageIn | Text | Absent | None = UNSET


class OpenedFlow(Done):
    """To an integrator: the conversation as its participants share it, and the message that it began with."""

    conversation: SharedConversation
    message: SharedMessage | None
    is_existing: bool


class MovedFlow(Done):
    """The conversation as its participants share it now, and the message that came with the change."""

    conversation: SharedConversation
    message: SharedMessage | None


class NewAction(Input):
    """The button that somebody presses: one of `currentActionData.buttons[].id`."""

    action: ActionName
    data: ActionData | Absent | None = UNSET


class FlowAction(Shape):
    """A pressed button, as it is told to the integrator."""

    id: Id
    conversation_id: Id
    action: ActionName
    data: ActionData
    created_at: Moment


class TakenAction(Done):
    """It is stored, and will reach the integrator."""

    action: FlowAction
