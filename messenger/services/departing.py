"""What becomes of somebody's conversations when their account is erased."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from messenger.models import Conversation, Participant, User
from messenger.selectors import gates
from messenger.services.rewriting import delete_conversation
from messenger.services.system_lines import append_system_message
from messenger.services.telling import tell_changed

_OWNER = Participant.MemberRole.OWNER


def depart(*, user: User) -> int:
    """Take somebody, who is nameless already, out of all their conversations; gives their number. Safe to run twice.

    One of several people goes on without them, with another owner where they were the last; one between two is closed
    and stays with the other; one that nobody else is in is deleted.
    """
    ids = list(seats_to_leave(user).order_by("conversation_id").values_list("conversation_id", flat=True))
    for conversation_id in ids:
        if _is_alone(user, conversation_id):
            delete_conversation(conversation_id=conversation_id)
        else:
            _leave(user, conversation_id)
    return len(ids)


def seats_to_leave(user: User) -> QuerySet[Participant]:
    """The seats that somebody still holds: all but those in what was closed between two people, without a trace."""
    is_left_behind = gates.between_two("conversation__") & Q(
        conversation__status=Conversation.Status.CLOSED, is_hidden=True
    )
    return Participant.objects.filter(user=user, left_at__isnull=True).exclude(is_left_behind)


def _is_alone(user: User, conversation_id: int) -> bool:
    others = Participant.objects.filter(conversation_id=conversation_id, left_at__isnull=True).exclude(user=user)
    return not others.filter(user__erased_at__isnull=True).exists()


@transaction.atomic
def _leave(user: User, conversation_id: int) -> None:
    conversation = Conversation.objects.select_for_update().get(pk=conversation_id)
    seats = Participant.objects.select_for_update().filter(conversation=conversation, left_at__isnull=True)
    by_user = {seat.user_id: seat for seat in seats.order_by("pk")}
    own = by_user.pop(user.pk)
    if not gates.is_between_two(conversation.type, conversation.participant_count):
        _end_seat(conversation, own, list(by_user.values()))
        append_system_message(
            conversation=conversation,
            actor=user,
            text=f"{user.display_name} left.",
            metadata={"change": "left", "userIds": [str(user.pk)], "erased": [str(user.pk)]},
        )
        return
    own.is_hidden, own.draft, own.is_pinned, own.is_archived, own.is_muted = True, None, False, False, False
    own.save(update_fields=["is_hidden", "draft", "is_pinned", "is_archived", "is_muted"])
    conversation.status = Conversation.Status.CLOSED
    _tell(conversation, {"status": conversation.status}, "status")


def _end_seat(conversation: Conversation, own: Participant, others: list[Participant]) -> None:
    if own.member_role == _OWNER and all(seat.member_role != _OWNER for seat in others):
        heir = min(others, key=lambda seat: (seat.member_role != Participant.MemberRole.ADMIN, seat.pk))
        heir.member_role = _OWNER
        heir.save(update_fields=["member_role"])
    own.left_at, own.member_role, own.draft = timezone.now(), Participant.MemberRole.MEMBER, None
    own.save(update_fields=["left_at", "member_role", "draft"])
    conversation.participant_count = len(others)
    _tell(conversation, {"participantCount": len(others)}, "participant_count")


def _tell(conversation: Conversation, updates: dict[str, object], field: str) -> None:
    conversation.version += 1
    conversation.updated_at = timezone.now()
    conversation.save(update_fields=[field, "version", "updated_at"])
    tell_changed(conversation, updates=updates)
