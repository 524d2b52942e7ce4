"""Changing a conversation: the caller's own settings, and what all its participants share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from django.db import transaction
from django.utils import timezone

from messenger import bus, slots
from messenger.errors import NotAllowed, Suspended, ValidationFailed
from messenger.events import SeatChanged
from messenger.models import Conversation, Participant, User
from messenger.selectors import access
from messenger.selectors.access import Place, is_suspended
from messenger.selectors.conversations import Seen, conversation_seen_by
from messenger.services.composing import DraftInput, next_draft
from messenger.services.reading import move_pointer
from messenger.services.shared_fields import clean_avatar, clean_metadata, clean_title
from messenger.services.telling import tell_changed
from messenger.shapes import iso


class OwnChanges(TypedDict, total=False):
    """What the caller changes for themselves alone; an absent key stays as it is, None takes the value away."""

    is_pinned: bool
    is_muted: bool
    muted_until: datetime | None
    is_archived: bool
    mark_read: bool
    mark_unread: bool
    draft: DraftInput | None
    notify: str


class SharedChanges(TypedDict, total=False):
    """What is changed for all; an absent key stays as it is."""

    title: str
    avatar: str
    metadata: Mapping[str, Any]
    status: str


@transaction.atomic
def change_conversation(*, user: User, conversation_id: int, own: OwnChanges, shared: SharedChanges) -> Seen:
    """Change the caller's own settings and the shared fields, all or nothing; what stays equal is told to nobody.

    :raises NotFound: the caller takes no part in it.
    :raises NotAllowed: a shared field, by somebody who is neither the group's owner or admin nor (status) a moderator.
    :raises DraftConflict: the draft was changed elsewhere since `base_rev`; carries the other one.
    :raises MessengerError: `mark_read` obeys the gate of sending.
    """
    place = access.place_of(user=user, conversation_id=conversation_id, lock=True)
    place.seat.conversation = place.conversation
    if shared:
        is_moderation = _check_may_change(user, place, shared)
        if _change_shared(place.conversation, shared) and is_moderation:
            _note_moderation(user, place.conversation)
    if own.get("mark_read"):
        access.check_may_write(user=user, conversation=place.conversation)
        move_pointer(place.seat)
    _change_own(user, place.seat, own)
    return conversation_seen_by(user=user, conversation_id=conversation_id)


def _check_may_change(user: User, place: Place, shared: SharedChanges) -> bool:
    """True where it is a moderator's right alone."""
    if is_suspended(user):
        raise Suspended
    leads = place.seat.member_role in (Participant.MemberRole.OWNER, Participant.MemberRole.ADMIN)
    if place.conversation.type == Conversation.Type.GROUP and leads:
        return False
    if not (user.is_moderator and set(shared) == {"status"}):
        raise NotAllowed("Only an owner or admin of the group may change this.")
    return True


def _note_moderation(moderator: User, conversation: Conversation) -> None:
    is_closed = conversation.status == Conversation.Status.CLOSED
    slots.note_deed(
        moderator=moderator,
        deed="conversation_closed" if is_closed else "conversation_reopened",
        target_id=conversation.pk,
        conversation_id=conversation.pk,
    )


def _change_shared(conversation: Conversation, shared: SharedChanges) -> bool:
    """True where something changed."""
    wanted = _cleaned(shared)
    updates = {name: value for name, value in wanted.items() if getattr(conversation, name) != value}
    if not updates:
        return False
    for name, value in updates.items():
        setattr(conversation, name, value)
    conversation.version += 1
    conversation.updated_at = timezone.now()
    conversation.save(update_fields=[*updates, "version", "updated_at"])
    tell_changed(conversation, updates={name: value if value != "" else None for name, value in updates.items()})
    return True


def _cleaned(shared: SharedChanges) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if "title" in shared:
        wanted["title"] = clean_title(shared["title"])
    if "avatar" in shared:
        wanted["avatar"] = clean_avatar(shared["avatar"])
    if "metadata" in shared:
        wanted["metadata"] = clean_metadata(shared["metadata"])
    if "status" in shared:
        if shared["status"] not in Conversation.Status.values:
            raise ValidationFailed.at("status", "One of active, closed is expected.")
        wanted["status"] = shared["status"]
    return wanted


def _change_own(user: User, seat: Participant, own: OwnChanges) -> None:
    updates = _flags(seat, own) | _mute(seat, own)
    columns = ["is_pinned", "is_archived", "marked_unread", "notify", "is_muted", "muted_until"]
    if "draft" in own:
        before = seat.draft
        next_draft(user=user, seat=seat, given=own["draft"])
        if seat.draft != before:
            updates["draft"] = seat.draft
            columns += ["draft", "draft_rev"]
    if not updates:
        return
    seat.private_version += 1
    seat.save(update_fields=[*columns, "private_version"])
    bus.publish(
        SeatChanged(
            audience=(user.pk,),
            conversation_id=seat.conversation_id,
            user_id=user.pk,
            private_version=seat.private_version,
            updates=updates,
        )
    )


def _flags(seat: Participant, own: OwnChanges) -> dict[str, Any]:
    """Set what differs; gives the changes as v4 names them."""
    wanted = {
        "isPinned": ("is_pinned", own.get("is_pinned")),
        "isArchived": ("is_archived", own.get("is_archived")),
        "markedUnread": ("marked_unread", own.get("mark_unread")),
        "notify": ("notify", own.get("notify")),
    }
    updates: dict[str, Any] = {}
    for name, (column, value) in wanted.items():
        if value is not None and value != getattr(seat, column):
            setattr(seat, column, value)
            updates[name] = value
    return updates


def _mute(seat: Participant, own: OwnChanges) -> dict[str, Any]:
    """Mute for good (`is_muted`), until a moment (`muted_until`), or not at all; gives the changes as v4 names them."""
    before = (seat.is_muted, seat.muted_until)
    if seat.muted_until is not None and seat.muted_until <= timezone.now():
        seat.is_muted = False  # it ran out, and nobody noted it yet
    if "is_muted" in own:
        seat.is_muted, seat.muted_until = own["is_muted"], None
    if "muted_until" in own and own.get("is_muted") is not False:
        until = own["muted_until"]
        if until is not None and until <= timezone.now():
            raise ValidationFailed.at("mutedUntil", "A time that is still to come is expected.")
        seat.is_muted, seat.muted_until = seat.is_muted or until is not None, until
    if before == (seat.is_muted, seat.muted_until):
        return {}
    return {"isMuted": seat.is_muted, "mutedUntil": iso(seat.muted_until)}
