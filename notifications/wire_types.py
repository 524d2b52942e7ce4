"""Notifications in v4's JSON (see `messenger.wire_types`)."""

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from messenger.wire_types.values import Id, Moment, PersonId, Shape


class Notification(Shape):
    """Something that a person should know."""

    underscore_id: Id = field(name="_id")
    id: Id
    user_id: PersonId
    type: Annotated[str, Meta(examples=["moderation"])]
    title: Annotated[str, Meta(examples=["You were warned"])]
    message: Annotated[str, Meta(examples=["Please stay friendly."])]
    action_url: (
        Annotated[str, Meta(description="A path on this host.", examples=["/messenger/?conversation=12"])] | None
    )
    action_text: str | None
    icon: str | None
    priority: Literal["low", "normal", "high", "urgent"]
    category: Annotated[str, Meta(examples=["warned"])] | None
    data: dict[str, Any]
    metadata: dict[str, Any]
    conversation_id: Id | None
    is_read: bool
    read_at: Moment | None
    created_at: Moment
    expires_at: Moment | None


class NotificationTold(Shape):
    """Something to know was written down for the receiver."""

    notification: Notification
