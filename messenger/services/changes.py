"""A change to a stored message: the locks in their order, the next version number, and who may hear of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from messenger import bus
from messenger.errors import NotFound
from messenger.events import MessageEdited
from messenger.models import Conversation, Message, Participant, User
from messenger.selectors import access
from messenger.selectors.messages import messages_by_ids


@dataclass(slots=True, kw_only=True)
class MessageChange:
    """A message whose conversation is locked, with everybody who is in."""

    conversation: Conversation
    message: Message
    people: dict[int, int]
    now: datetime

    def save(self, *fields: str, is_update: bool = True) -> None:
        """Give the conversation and the message the next version, and write `fields` of the message.

        `is_update=False` leaves the message's `updatedAt` alone: for what others put on it.
        """
        self.conversation.version += 1
        self.conversation.updated_at = self.now
        self.conversation.save(update_fields=["version", "updated_at"])
        self.message.version = self.conversation.version
        if is_update:
            self.message.updated_at = self.now
        self.message.save(update_fields=["version", "updated_at", *fields])

    def correct_unread(self, step: int) -> None:
        """Count the message as deleted (1) or not (-1) for every other seat that has neither read nor hidden it."""
        if self.message.type == Message.Type.SYSTEM:
            return
        seq = self.message.seq
        seats = Participant.objects.filter(conversation=self.conversation, last_read_seq__lt=seq, joined_seq__lt=seq)
        seats = seats.filter(deleted_up_to_seq__lt=seq)
        seats.exclude(user=self.message.sender).update(deleted_above=F("deleted_above") + step)

    def audience(self) -> tuple[int, ...]:
        """Who is in and may see the message."""
        return tuple(user_id for user_id, first in self.people.items() if first <= self.message.seq)

    def blind(self) -> tuple[int, ...]:
        """Who is in, but has no sight of the message: their history begins after it."""
        return self.people_after(self.message.seq)

    def people_after(self, seq: int) -> tuple[int, ...]:
        """Whose history begins after `seq`."""
        return tuple(user_id for user_id, first in self.people.items() if first > seq)


@dataclass(slots=True, kw_only=True)
class Change(MessageChange):
    """A participant's change of a message, with their seat."""

    seat: Participant


def change_message(*, user: User, message_id: int, conversation_id: int | None = None) -> Change:
    """Lock what a change of this message needs: conversation, the caller's seat, message.

    :raises NotFound: no such message for the caller.
    """
    known = access.message_of(user=user, message_id=message_id, conversation_id=conversation_id)
    place = access.place_of(user=user, conversation_id=known.conversation_id, lock=True)
    message = Message.objects.select_for_update(no_key=True).filter(pk=message_id).first()
    if message is None or message.seq < place.seat.history_from_seq:
        raise NotFound
    return Change(
        conversation=place.conversation,
        seat=place.seat,
        message=message,
        people=_people_in(place.conversation),
        now=timezone.now(),
    )


def change_any_message(*, message_id: int) -> MessageChange:
    """Lock conversation and message for a moderator's change, who needs no seat: who may is the caller's question.

    :raises NotFound: there is no such message.
    """
    conversations = Conversation.objects.select_for_update(of=("self",)).filter(messages__pk=message_id)
    conversation = conversations.first()
    message = Message.objects.select_for_update(no_key=True).filter(pk=message_id).first()
    if conversation is None or message is None:
        raise NotFound
    return MessageChange(
        conversation=conversation, message=message, people=_people_in(conversation), now=timezone.now()
    )


def tell_edited(change: MessageChange) -> None:
    """Tell who is in that a message's text or preview changed, or that it was restored."""
    snapshot = messages_by_ids([change.message.pk])[change.message.pk]
    quote = snapshot.reply_to
    bus.publish(
        MessageEdited(
            audience=change.audience(),
            blind=change.blind(),
            quote_hidden_from=() if quote is None else change.people_after(quote.seq),
            conversation_id=snapshot.conversation_id,
            version=snapshot.version,
            message=snapshot,
        )
    )


def _people_in(conversation: Conversation) -> dict[int, int]:
    """Everybody who is in, with the first message that they may see."""
    seats = Participant.objects.filter(conversation=conversation, left_at__isnull=True).order_by("pk")
    return dict(seats.values_list("user_id", "history_from_seq"))
