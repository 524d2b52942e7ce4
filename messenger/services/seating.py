from collections.abc import Sequence

from django.utils import timezone

from messenger.models import Conversation, Participant


def seat_people(*, conversation: Conversation, user_ids: Sequence[int], share_history: bool) -> None:
    """Give these people a seat in a locked conversation, new or the one they had; nothing there is unread to them."""
    former = {
        seat.user_id: seat
        for seat in Participant.objects.select_for_update()
        .filter(conversation=conversation, user_id__in=user_ids)
        .order_by("pk")
    }
    for seat in former.values():
        _set_anew(seat, conversation, share_history=share_history)
        seat.save()
    fresh = [Participant(conversation=conversation, user_id=user_id) for user_id in user_ids if user_id not in former]
    for seat in fresh:
        _set_anew(seat, conversation, share_history=share_history)
    Participant.objects.bulk_create(fresh)


def _set_anew(seat: Participant, conversation: Conversation, *, share_history: bool) -> None:
    seat.left_at, seat.joined_at = None, timezone.now()
    seat.member_role = Participant.MemberRole.MEMBER
    seat.joined_seq = seat.last_read_seq = seat.last_delivered_seq = conversation.last_seq
    seat.read_countable, seat.own_above, seat.deleted_above = conversation.countable_seq, 0, 0
    history_from_seq = (seat.deleted_up_to_seq if share_history else conversation.last_seq) + 1
    seat.last_read_at = seat.last_delivered_at = None
    seat.is_pinned = seat.is_muted = seat.is_archived = seat.is_hidden = seat.marked_unread = False
    seat.muted_until, seat.draft, seat.notify = None, None, Participant.Notify.ALL
    seat.private_version += 1
    if history_from_seq < seat.history_from_seq:
        seat.widened_version = seat.private_version
    seat.history_from_seq = history_from_seq
