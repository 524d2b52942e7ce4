"""Presence in v4's JSON (see `messenger.wire_types`)."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta

from messenger.wire_types.values import Absent, Done, Input, Moment, PersonId, Presence, Shape

AskedId = Annotated[str, Meta(description="A person's id; 0 for what is none.", pattern="^(0|[1-9][0-9]{0,15})$")]


class PersonPresence(Shape):
    """Whether somebody is there, as far as the caller may know; `state` says the same as `status`."""

    status: Presence
    state: Presence
    last_seen: Moment | None


class PresenceByPerson(Done):
    """Presence by person's id."""

    presence: Annotated[
        dict[AskedId, PersonPresence],
        Meta(examples=[{"7": {"status": "online", "state": "online", "lastSeen": "2025-01-31T09:00:00.000Z"}}]),
    ]


class PeopleAsked(Input):
    """Whose presence; several with commas."""

    user_ids: Annotated[
        str, Meta(description="At most 200 ids, with commas.", pattern="^[1-9][0-9]{0,14}(,[1-9][0-9]{0,14}){0,199}$")
    ]


class OwnPresence(Input):
    """How the caller wants to be seen."""

    status: Literal["online", "away", "invisible"]
    status_text: Annotated[str, Meta(max_length=140, examples=["Back at two"])] | Absent | None = UNSET


class PresenceTold(Shape):
    """Somebody came, went or stepped away."""

    user_id: PersonId
    status: Presence
    state: Presence
    last_seen: Moment | None
    timestamp: Moment
