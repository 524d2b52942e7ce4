"""Creating and finding conversations, and deleting them for oneself."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from messenger import bus
from messenger.errors import NotAllowed, Suspended, UnknownParticipant, ValidationFailed
from messenger.events import ConversationGone, SeatChanged
from messenger.models import Conversation, Participant, User
from messenger.selectors import access
from messenger.selectors.access import is_suspended
from messenger.selectors.conversations import Seen, conversation_seen_by
from messenger.selectors.gates import FLOW_TYPES
from messenger.selectors.people import reachable_people
from messenger.services import limits, repeats
from messenger.services.contexts import Context, ContextInput, context_fields, pair_key_of, settle_context
from messenger.services.drafts import Draft
from messenger.services.reading import move_pointer
from messenger.services.sending import send_message
from messenger.services.shared_fields import clean_avatar, clean_metadata, clean_title
from messenger.services.telling import tell_created
from messenger.snapshots import MessageSnapshot

MAX_MEMBERS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConversation:
    """What somebody wants to open. Without a type: direct with one other person, group with more."""

    participant_ids: tuple[int, ...]
    type: str | None = None
    title: str = ""
    avatar: str = ""
    context: ContextInput | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    message: str | None = None
    nonce: str | None = None
    door: str = "rest"
    sign_in_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A conversation as its creator sees it, and the message that came with it."""

    conversation: Seen
    message: MessageSnapshot | None
    is_existing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What was wanted, checked: the other people, the type and the context as they will be stored."""

    wanted: NewConversation
    creator: User
    others: tuple[int, ...]
    kind: str
    context: Context | None

    @property
    def pair_key(self) -> str | None:
        """What the conversation exists once for; None where each creation makes a new one."""
        if self.kind == Conversation.Type.GROUP or (self.kind != Conversation.Type.DIRECT and self.context is None):
            return None
        return pair_key_of(user_ids=(self.creator.pk, *self.others), context=self.context)


@transaction.atomic
def open_conversation(*, creator: User, wanted: NewConversation) -> Opened:
    """Create a conversation, or find the one there is; with `message`, say the first thing in it.

    Between two people a direct conversation exists once, with a context once for each (people, context), also when
    both create it in the same instant. An existing one comes back to the creator's list. A repeated nonce finds the
    first conversation again.

    :raises UnknownParticipant: somebody is unknown, deactivated, or on either side of a block with the creator.
    :raises ValidationFailed: nobody but oneself, too many people, a bad title, avatar, context or metadata.
    :raises NotAllowed: campaigns and bids are created by integrators.
    :raises RateLimited: too many new conversations for the creator's tier.
    :raises MessengerError: what sending the message refuses; then nothing is created.
    """
    if is_suspended(creator):
        raise Suspended
    others = tuple(user_id for user_id in dict.fromkeys(wanted.participant_ids) if user_id != creator.pk)
    plan = _Plan(
        wanted=_cleaned(wanted),
        creator=creator,
        others=others,
        kind=_type_of(wanted.type, others),
        context=settle_context(wanted.context) if wanted.context else None,
    )
    _check_reachable(plan)
    conversation, is_existing = _found_or_created(plan)
    if is_existing:
        bring_back(creator, conversation.pk)
    with nullcontext() if is_existing else limits.charged(kind="conversations", user=creator):
        message = _say(creator, conversation.pk, wanted) if wanted.message is not None else None
    seen = conversation_seen_by(user=creator, conversation_id=conversation.pk)
    return Opened(conversation=seen, message=message, is_existing=is_existing)


@transaction.atomic
def delete_for_oneself(*, user: User, conversation_id: int) -> None:
    """Hide the history up to now from the user for good, and the conversation until the next message.

    What is hidden counts as read; the others are told so where the user may mark. They lose nothing.

    :raises NotFound: the user takes no part in it.
    """
    place = access.place_of(user=user, conversation_id=conversation_id, lock=True)
    seat = place.seat
    seat.conversation = place.conversation
    if access.refusal_to_write(user=user, conversation=place.conversation) is None:
        move_pointer(seat)
    seat.read_countable, seat.own_above, seat.deleted_above = place.conversation.countable_seq, 0, 0
    seat.deleted_up_to_seq = place.conversation.last_seq
    seat.history_from_seq = seat.deleted_up_to_seq + 1
    seat.is_hidden, seat.draft = True, None
    seat.is_pinned = seat.is_archived = seat.marked_unread = False
    seat.private_version += 1
    seat.save()
    bus.publish(ConversationGone(audience=(user.pk,), conversation_id=conversation_id, is_seat_ended=False))


def bring_back(user: User, conversation_id: int) -> None:
    """Take a conversation that the user archived or deleted for themselves back into their list."""
    seat = access.place_of(user=user, conversation_id=conversation_id, lock=True).seat
    if not (seat.is_archived or seat.is_hidden):
        return
    was_hidden = seat.is_hidden
    seat.is_archived = seat.is_hidden = False
    seat.private_version += 1
    seat.save(update_fields=["is_archived", "is_hidden", "private_version"])
    if was_hidden:
        tell_created(conversation_id, people=[user.pk])
    bus.publish(
        SeatChanged(
            audience=(user.pk,),
            conversation_id=conversation_id,
            user_id=user.pk,
            private_version=seat.private_version,
            updates={"isArchived": False},
        )
    )


def _cleaned(wanted: NewConversation) -> NewConversation:
    """The shared fields as they are stored, checked also where the conversation exists or has no use for them."""
    return replace(
        wanted,
        title=clean_title(wanted.title),
        avatar=clean_avatar(wanted.avatar),
        metadata=clean_metadata(wanted.metadata),
    )


def _type_of(wanted: str | None, others: tuple[int, ...]) -> str:
    if not others:
        raise ValidationFailed.at("participantIds", "Name somebody else than yourself.")
    if len(others) >= MAX_MEMBERS:
        raise ValidationFailed.at("participantIds", f"A conversation holds at most {MAX_MEMBERS} people.")
    if wanted is None:
        return Conversation.Type.DIRECT if len(others) == 1 else Conversation.Type.GROUP
    if wanted not in Conversation.Type.values:
        raise ValidationFailed.at("type", f"One of {', '.join(Conversation.Type.values)} is expected.")
    if wanted == Conversation.Type.DIRECT and len(others) != 1:
        raise ValidationFailed.at("participantIds", "A direct conversation is with one other person.")
    if wanted in FLOW_TYPES:
        raise NotAllowed("Campaign and bid conversations are opened by integrators.")
    return wanted


def _check_reachable(plan: _Plan) -> None:
    """What there is already is found whatever the contact policy says: they write to each other there."""
    if len(reachable_people(user=plan.creator, user_ids=plan.others)) == len(plan.others):
        return
    others = reachable_people(user=plan.creator, user_ids=plan.others, is_within_policy=False)
    if _found(plan) is None or len(others) != len(plan.others):
        raise UnknownParticipant


def _found_or_created(plan: _Plan) -> tuple[Conversation, bool]:
    """The conversation, and whether it was there before."""
    nonce = plan.wanted.nonce
    if nonce is None:
        return _found(plan) or _created(plan)
    asked = replace(plan.wanted, door="", sign_in_id=None)
    first = repeats.first_of(user=plan.creator, route="conversations", key=nonce, request=asked)
    known = repeats.conversation_of(first)
    if known is not None:
        return known, True
    conversation, is_existing = _found(plan) or _created(plan)
    repeats.settle(first, answer={"conversationId": conversation.pk}, status=201)
    return conversation, is_existing


def _found(plan: _Plan) -> tuple[Conversation, bool] | None:
    """The one that there is already, where it exists once for its people and context."""
    known = None if plan.pair_key is None else Conversation.objects.filter(pair_key=plan.pair_key).first()
    return None if known is None else (known, True)


def _created(plan: _Plan) -> tuple[Conversation, bool]:
    """A new row with its seats; or the row of somebody who created the same in the same instant."""
    fields = _fields_of(plan)
    if plan.pair_key is None:
        conversation, is_new = Conversation.objects.create(**fields), True
    else:
        conversation, is_new = Conversation.objects.get_or_create(pair_key=plan.pair_key, defaults=fields)
    if not is_new:
        return conversation, True
    is_group = plan.kind == Conversation.Type.GROUP
    role = Participant.MemberRole.OWNER if is_group else Participant.MemberRole.MEMBER
    Participant.objects.bulk_create(
        [Participant(conversation=conversation, user=plan.creator, member_role=role)]
        + [Participant(conversation=conversation, user_id=user_id) for user_id in plan.others]
    )
    tell_created(conversation.pk)
    return conversation, False


def _fields_of(plan: _Plan) -> dict[str, Any]:
    is_direct = plan.kind == Conversation.Type.DIRECT
    fields: dict[str, Any] = {
        "type": plan.kind,
        "title": "" if is_direct else plan.wanted.title,
        "avatar": "" if is_direct else plan.wanted.avatar,
        "metadata": plan.wanted.metadata,
        "created_by": plan.creator,
        "participant_count": len(plan.others) + 1,
        "version": 1,
    }
    return fields | (context_fields(plan.context) if plan.context else {})


def _say(creator: User, conversation_id: int, wanted: NewConversation) -> MessageSnapshot:
    draft = Draft(
        sender_id=creator.pk,
        conversation_id=conversation_id,
        content=wanted.message or "",
        nonce=wanted.nonce,
        door=wanted.door,
        sign_in_id=wanted.sign_in_id,
    )
    return send_message(draft).message
