"""What moderators do to messages, conversations and people: for a reason, recorded, and told to those concerned."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from messenger import bus
from messenger.errors import NotAllowed, NotFound, ValidationFailed
from messenger.models import Conversation, Erasure, Participant, User
from messenger.selectors.access import suspension_end
from messenger.services import moderating, profiles
from messenger.shapes import iso
from messenger.slots import Deed
from messenger.snapshots import MessageSnapshot
from moderation.events import Kind, ModerationNotice
from moderation.services.audit import TargetType, record
from moderation.services.reasons import check_moderator, clean_reason

_STATUS_DEEDS: dict[Conversation.Status, Deed] = {
    Conversation.Status.CLOSED: "conversation_closed",
    Conversation.Status.ACTIVE: "conversation_reopened",
}
_TARGETS: dict[Deed, TargetType] = {
    "message_removed": "message",
    "conversation_closed": "conversation",
    "conversation_reopened": "conversation",
}


@transaction.atomic
def remove_message(*, moderator: User, message_id: int, reason: str | None) -> MessageSnapshot:
    """Take a message away for good. Its sender is told why; a repeat changes, records and tells nothing.

    :raises AdminRequired: no moderator.
    :raises ReasonRequired: without a reason.
    :raises NotFound: there is no such message.
    """
    check_moderator(moderator)
    why = clean_reason(reason)
    message, is_new = moderating.remove_message(moderator=moderator, message_id=message_id)
    if is_new:
        entry = record(
            moderator=moderator,
            action="message_removed",
            target_type="message",
            target_id=message_id,
            conversation_id=message.conversation_id,
            reason=why,
            facts={"senderId": message.sender_id, "seq": message.seq},
        )
        if message.sender_id is not None:
            _tell(
                (message.sender_id,),
                "message_removed",
                "A message of yours was removed",
                why,
                entry.pk,
                conversation_id=message.conversation_id,
                message_id=message_id,
            )
    return message


@transaction.atomic
def set_conversation_status(*, moderator: User, conversation_id: int, status: str, reason: str | None) -> Conversation:
    """Close a conversation, so that nobody writes there, or reopen it; its participants are told.

    :raises AdminRequired: no moderator.
    :raises ReasonRequired: without a reason.
    :raises NotFound: there is no such conversation.
    """
    check_moderator(moderator)
    why, wanted = clean_reason(reason), Conversation.Status(status)
    conversation, is_new = moderating.set_status(conversation_id=conversation_id, status=wanted)
    if is_new:
        entry = record(
            moderator=moderator,
            action=_STATUS_DEEDS[wanted],
            target_type="conversation",
            target_id=conversation_id,
            conversation_id=conversation_id,
            reason=why,
        )
        is_closed = wanted == Conversation.Status.CLOSED
        people = Participant.objects.filter(conversation=conversation, left_at__isnull=True).order_by("pk")
        _tell(
            tuple(people.values_list("user_id", flat=True)),
            "conversation_closed" if is_closed else "conversation_reopened",
            "A conversation of yours was closed" if is_closed else "A conversation of yours is open again",
            why,
            entry.pk,
            conversation_id=conversation_id,
        )
    return conversation


@transaction.atomic
def warn(*, moderator: User, user_id: int, reason: str | None) -> User:
    """Tell somebody that what they do is not in order.

    :raises AdminRequired: no moderator.
    :raises ReasonRequired: without a reason.
    :raises NotFound: there is no such person.
    """
    check_moderator(moderator)
    why, user = clean_reason(reason), _person(user_id)
    entry = record(moderator=moderator, action="person_warned", target_type="user", target_id=user_id, reason=why)
    _tell((user_id,), "warned", "A warning from our moderators", why, entry.pk)
    return user


@transaction.atomic
def suspend(
    *, moderator: User, user_id: int, until: datetime | None, reason: str | None, now: datetime | None = None
) -> User:
    """Suspend somebody until then, or until it is lifted: they are signed out everywhere, and cannot sign in.

    :raises AdminRequired: no moderator.
    :raises ReasonRequired: without a reason.
    :raises ValidationFailed: oneself, or `until` is over already.
    :raises NotAllowed: another administrator: who moderates does not lock out who moderates.
    :raises NotFound: there is no such person.
    """
    check_moderator(moderator)
    why, user = clean_reason(reason), _person(user_id)
    if user_id == moderator.pk:
        raise ValidationFailed.at("userId", "You cannot suspend yourself.")
    if user.is_moderator:
        raise NotAllowed("Administrators are not suspended: give them another role first.")
    moderating.suspend(user=user, until=until, reason=why, now=now or timezone.now())
    entry = record(
        moderator=moderator,
        action="person_suspended",
        target_type="user",
        target_id=user_id,
        reason=why,
        facts={"until": iso(suspension_end(user))},
    )
    _tell((user_id,), "suspended", "Your account is suspended", why, entry.pk)
    return user


@transaction.atomic
def unsuspend(*, moderator: User, user_id: int, reason: str | None = None) -> User:
    """Lift a suspension; who was not suspended stays so, and nothing is recorded.

    :raises AdminRequired: no moderator.
    :raises NotFound: there is no such person.
    """
    check_moderator(moderator)
    user = _person(user_id)
    if moderating.lift_suspension(user=user):
        why = clean_reason(reason) if reason else ""
        entry = record(
            moderator=moderator, action="suspension_lifted", target_type="user", target_id=user_id, reason=why
        )
        _tell((user_id,), "suspension_lifted", "Your account is no longer suspended", why, entry.pk)
    return user


@transaction.atomic
def close_account(*, moderator: User, user_id: int, reason: str | None) -> User:
    """Let nobody use an account any more; its sessions, tokens and sockets end. A repeat changes and records nothing.

    :raises AdminRequired: no moderator.
    :raises ReasonRequired: without a reason.
    :raises ValidationFailed: one's own.
    :raises NotFound: there is no such person.
    """
    check_moderator(moderator)
    why, user = clean_reason(reason), _person(user_id)
    if user_id == moderator.pk:
        raise ValidationFailed.at("userId", "You cannot deactivate your own account.")
    if user.is_active:
        profiles.deactivate(user=user)
        record(moderator=moderator, action="account_deactivated", target_type="user", target_id=user_id, reason=why)
    return user


@transaction.atomic
def reopen_account(*, moderator: User, user_id: int, reason: str | None) -> User:
    """Let somebody sign in again whose account was deactivated; not who has erased it.

    :raises AdminRequired: no moderator.
    :raises ReasonRequired: without a reason.
    :raises NotFound: there is no such person, or they asked for their erasure.
    """
    check_moderator(moderator)
    why, user = clean_reason(reason), _person(user_id)
    if Erasure.objects.filter(user=user).exists():
        raise NotFound
    if not user.is_active:
        profiles.reactivate(user=user)
        record(moderator=moderator, action="account_reactivated", target_type="user", target_id=user_id, reason=why)
    return user


def note_deed(*, moderator: User, deed: Deed, target_id: int, conversation_id: int) -> None:
    """Record what a moderator did at a participant's door, where nobody asked for a reason."""
    record(
        moderator=moderator,
        action=deed,
        target_type=_TARGETS[deed],
        target_id=target_id,
        conversation_id=conversation_id,
        facts={"asParticipant": True},
    )


def _person(user_id: int) -> User:
    user = User.objects.filter(pk=user_id, erased_at__isnull=True).first()
    if user is None:
        raise NotFound
    return user


def _tell(
    audience: tuple[int, ...],
    kind: Kind,
    title: str,
    text: str,
    entry_id: int,
    *,
    conversation_id: int | None = None,
    message_id: int | None = None,
) -> None:
    bus.publish(
        ModerationNotice(
            audience=audience,
            kind=kind,
            title=title,
            text=text,
            key=f"audit:{entry_id}",
            conversation_id=conversation_id,
            message_id=message_id,
        )
    )
