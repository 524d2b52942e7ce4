"""Who is in a group: adding, removing, leaving, and who leads. Each change writes a `system` line."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from messenger import bus
from messenger.errors import LastOwner, NotAllowed, NotFound, Suspended, UnknownParticipant, ValidationFailed
from messenger.events import ConversationGone
from messenger.models import Conversation, Participant, User
from messenger.selectors import access
from messenger.selectors.access import Place, is_suspended
from messenger.selectors.conversations import Seen, conversation_seen_by
from messenger.selectors.people import reachable_people
from messenger.services.conversations import MAX_MEMBERS
from messenger.services.line_texts import line_text
from messenger.services.seating import seat_people
from messenger.services.system_lines import append_system_message
from messenger.services.telling import tell_changed, tell_created

_OWNER, _ADMIN, _MEMBER = Participant.MemberRole.OWNER, Participant.MemberRole.ADMIN, Participant.MemberRole.MEMBER
_ROLES = (_OWNER, _ADMIN, _MEMBER)


@transaction.atomic
def add_participants(
    *, actor: User, conversation_id: int, user_ids: Sequence[int], share_history: bool = False
) -> Seen:
    """Add people to a group. They see from now on, or with `share_history` everything; who is in already stays as is.

    :raises NotFound: the actor takes no part in it.
    :raises NotAllowed: no group, or the actor is neither owner nor admin.
    :raises UnknownParticipant: somebody is unknown, deactivated, or on either side of a block with the actor.
    :raises ValidationFailed: the group would get too large.
    """
    place = _led_group(actor, conversation_id)
    conversation = place.conversation
    access.check_may_write(user=actor, conversation=conversation)
    present = set(_seats(conversation).values_list("user_id", flat=True))
    wanted = [user_id for user_id in dict.fromkeys(user_ids) if user_id not in present]
    people = reachable_people(user=actor, user_ids=wanted)
    if len(people) != len(wanted):
        raise UnknownParticipant
    if len(present) + len(wanted) > MAX_MEMBERS:
        raise ValidationFailed.at("userIds", f"A group holds at most {MAX_MEMBERS} people.")
    if wanted:
        seat_people(conversation=conversation, user_ids=wanted, share_history=share_history)
        _change_membership(conversation, count=len(present) + len(wanted))
        tell_created(conversation.pk, people=wanted)
        _tell_membership(conversation, people=present)
        _write_line(conversation, actor, "added", {user_id: people[user_id].display_name for user_id in wanted})
    return _seen(conversation, actor)


@transaction.atomic
def remove_participant(*, actor: User, conversation_id: int, user_id: int) -> None:
    """Remove somebody from a group, or leave it. From the commit on they get nothing more of it.

    :raises NotFound: the actor takes no part in it, or the other person does not.
    :raises NotAllowed: no group; or somebody else, by a member; or an owner, by an admin.
    :raises LastOwner: the last owner leaves while others stay.
    """
    place = _group(actor, conversation_id)
    conversation = place.conversation
    if user_id == actor.pk:
        seat = place.seat
        if seat.member_role == _OWNER and _is_last_owner(seat) and conversation.participant_count > 1:
            raise LastOwner
    else:
        _check_leads(actor, place)
        seat = _seat_in(conversation, user_id)
        if seat.member_role == _OWNER and place.seat.member_role != _OWNER:
            raise NotAllowed("Only an owner may remove an owner.")
    _end_seat(conversation, seat)
    _tell_membership(conversation)
    _write_line(conversation, actor, "left" if user_id == actor.pk else "removed", {user_id: seat.user.display_name})


@transaction.atomic
def change_member_role(*, actor: User, conversation_id: int, user_id: int, member_role: str) -> Seen:
    """Promote or demote somebody; the role that they have already changes nothing.

    :raises NotFound: the actor takes no part in it, or the other person does not.
    :raises NotAllowed: no group; or by a member; or an owner's role, given or taken by an admin.
    :raises LastOwner: the last owner would be none any more.
    """
    place = _led_group(actor, conversation_id)
    conversation = place.conversation
    if member_role not in _ROLES:
        raise ValidationFailed.at("memberRole", "One of owner, admin, member is expected.")
    seat = place.seat if user_id == actor.pk else _seat_in(conversation, user_id)
    if seat.member_role != member_role:
        if _OWNER in (seat.member_role, member_role) and place.seat.member_role != _OWNER:
            raise NotAllowed("Only an owner may make or unmake an owner.")
        if seat.member_role == _OWNER and _is_last_owner(seat):
            raise LastOwner
        seat.member_role = member_role
        seat.save(update_fields=["member_role"])
        _change_membership(conversation, count=conversation.participant_count)
        _tell_membership(conversation)
        _write_line(conversation, actor, f"role_{member_role}", {user_id: seat.user.display_name})
    return _seen(conversation, actor)


def _group(actor: User, conversation_id: int) -> Place:
    place = access.place_of(user=actor, conversation_id=conversation_id, lock=True)
    if place.conversation.type != Conversation.Type.GROUP:
        raise NotAllowed("Only groups have members that come and go.")
    return place


def _led_group(actor: User, conversation_id: int) -> Place:
    place = _group(actor, conversation_id)
    _check_leads(actor, place)
    return place


def _check_leads(actor: User, place: Place) -> None:
    if is_suspended(actor):
        raise Suspended
    if place.seat.member_role not in (_OWNER, _ADMIN):
        raise NotAllowed("Only an owner or admin of the group may do this.")


def _seat_in(conversation: Conversation, user_id: int) -> Participant:
    seat = _seats(conversation).select_for_update(of=("self",)).select_related("user").filter(user_id=user_id).first()
    if seat is None:
        raise NotFound
    return seat


def _seats(conversation: Conversation) -> QuerySet[Participant]:
    return Participant.objects.filter(conversation=conversation, left_at__isnull=True).order_by("pk")


def _is_last_owner(seat: Participant) -> bool:
    owners = Participant.objects.filter(conversation_id=seat.conversation_id, left_at__isnull=True, member_role=_OWNER)
    return not owners.exclude(pk=seat.pk).exists()


def _end_seat(conversation: Conversation, seat: Participant) -> None:
    seat.left_at = timezone.now()
    seat.member_role, seat.is_pinned, seat.draft = _MEMBER, False, None
    seat.private_version += 1
    seat.save(update_fields=["left_at", "member_role", "is_pinned", "draft", "private_version"])
    _change_membership(conversation, count=conversation.participant_count - 1)
    bus.publish(
        ConversationGone(
            audience=(seat.user_id,),
            conversation_id=conversation.pk,
            version=conversation.version,
            is_seat_ended=True,
        )
    )


def _change_membership(conversation: Conversation, *, count: int) -> None:
    conversation.participant_count = count
    conversation.version += 1
    conversation.updated_at = timezone.now()
    conversation.save(update_fields=["participant_count", "version", "updated_at"])


def _tell_membership(conversation: Conversation, *, people: set[int] | None = None) -> None:
    tell_changed(conversation, updates={"participantCount": conversation.participant_count}, people=people)


def _write_line(conversation: Conversation, actor: User, change: str, people: Mapping[int, str]) -> None:
    """`people`: the names of those whom the change is about, by id."""
    if conversation.participant_count:
        text = line_text(change, actor=actor.display_name, names=list(people.values())) or ""
        metadata = {"change": change, "userIds": [str(user_id) for user_id in people]}
        append_system_message(conversation=conversation, actor=actor, text=text, metadata=metadata)


def _seen(conversation: Conversation, user: User) -> Seen:
    return conversation_seen_by(user=user, conversation_id=conversation.pk)
