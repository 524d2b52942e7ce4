"""Blocking people. The blocked person is not told; what they may no longer do is refused by the gates."""

from django.db import transaction

from messenger import bus
from messenger.conversation_shapes import permissions_shape
from messenger.errors import NotFound, ValidationFailed
from messenger.events import SeatChanged, VisibilityChanged
from messenger.models import Block, Participant, User
from messenger.selectors import gates
from messenger.selectors.conversations import conversation_snapshots
from messenger.texts import clean_line

MAX_BLOCKS_SHOWN = 1000


def blocks_of(*, user: User) -> list[Block]:
    """Whom the user blocks, newest first, with the people."""
    return list(Block.objects.filter(blocker=user).select_related("blocked").order_by("-pk")[:MAX_BLOCKS_SHOWN])


@transaction.atomic
def block_person(*, blocker: User, user_id: int, reason: str = "") -> tuple[Block, bool]:
    """Block somebody; gives the block, and whether it is new: blocking them again changes nothing.

    :raises NotFound: there is no such person.
    :raises ValidationFailed: oneself.
    """
    if user_id == blocker.pk:
        raise ValidationFailed.at("userId", "You cannot block yourself.")
    person = User.objects.filter(pk=user_id, erased_at__isnull=True).first()
    if person is None:
        raise NotFound
    block, is_new = Block.objects.get_or_create(
        blocker=blocker, blocked=person, defaults={"reason": clean_line(reason, field="reason", max_length=500)}
    )
    if is_new:
        _tell_own_devices(blocker, person.pk)
    return block, is_new


@transaction.atomic
def unblock_person(*, blocker: User, user_id: int) -> None:
    """Take a block back; without one this changes nothing."""
    deleted, _ = Block.objects.filter(blocker=blocker, blocked_id=user_id).delete()
    if deleted:
        _tell_own_devices(blocker, user_id)


def _tell_own_devices(blocker: User, other_id: int) -> None:
    """Show what the block changes in the conversations of the two: the blocker may write there, or no longer."""
    bus.publish(VisibilityChanged(audience=(blocker.pk, other_id)))
    seats = Participant.objects.select_for_update().filter(user=blocker, left_at__isnull=True)
    between_two = gates.between_two("conversation__")
    shared = Participant.objects.filter(between_two, user_id=other_id, left_at__isnull=True).values("conversation_id")
    found = {seat.conversation_id: seat for seat in seats.filter(conversation_id__in=shared).order_by("pk")}
    for seat in found.values():
        seat.private_version += 1
        seat.save(update_fields=["private_version"])
    for conversation, own in conversation_snapshots(ids=sorted(found), viewer_id=blocker.pk, with_hidden=True):
        bus.publish(
            SeatChanged(
                audience=(blocker.pk,),
                conversation_id=conversation.id,
                user_id=blocker.pk,
                private_version=own.private_version,
                updates={"permissions": permissions_shape(conversation, own, blocker)},
            )
        )
