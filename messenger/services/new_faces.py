"""Somebody's new name, picture or role, shown wherever they are seen: their seats, and messages that bear their name.

The change itself is one row; what follows is worked off from the outbox, conversation by conversation.
"""

from collections.abc import Mapping, Sequence

from django.db.models import Exists, OuterRef, Q

from messenger.models import Message, Participant, Reaction, User
from messenger.services import outbox
from messenger.services.outbox import Carrier, Failure, Work
from messenger.services.rewriting import CHUNK, tell_again

FACE_TOPIC = "face"


def note_new_face(*, user: User) -> None:
    """Let everybody be told; in the transaction that changes the person."""
    outbox.add(topic=FACE_TOPIC, payloads=[{"userId": user.pk}])


def show_new_faces(works: Sequence[Work]) -> Mapping[int, Failure]:
    """Tell the conversations of these people, those that they have left too: their messages stay there."""
    for user_id in {int(work.payload["userId"]) for work in works}:
        seats = Participant.objects.filter(user_id=user_id).order_by("conversation_id")
        for conversation_id in list(seats.values_list("conversation_id", flat=True)):
            _show(user_id, conversation_id)
    return {}


def _show(user_id: int, conversation_id: int) -> None:
    reacted = Reaction.objects.filter(message=OuterRef("pk"), user_id=user_id)
    named = Q(sender_id=user_id) | Q(reply_to__sender_id=user_id) | Q(Exists(reacted), has_reactions=True)
    messages = Message.objects.filter(named, conversation_id=conversation_id).order_by("seq")
    ids = list(messages.values_list("pk", flat=True))
    for start in range(0, max(1, len(ids)), CHUNK):
        tell_again(conversation_id=conversation_id, message_ids=ids[start : start + CHUNK])


CARRIER = Carrier(topic=FACE_TOPIC, carry=show_new_faces, batch_size=1, max_leased=4, lease_s=600, max_attempts=5)
