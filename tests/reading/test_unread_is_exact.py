"""Unread is arithmetic; here it is compared with a plain recount after every step of random histories."""

import random

import pytest

from messenger.models import Message, Participant, User
from messenger.selectors.unread import unread_counts_of
from messenger.services.conversations import NewConversation, delete_for_oneself, open_conversation
from messenger.services.drafts import Draft
from messenger.services.editing import delete_message, restore_message
from messenger.services.groups import add_participants, remove_participant
from messenger.services.reading import mark_delivered, mark_read
from messenger.services.sending import send_message


def _by_numbers(seat: Participant) -> int:
    return seat.conversation.countable_seq - seat.read_countable - seat.own_above - seat.deleted_above


def _recount(seat: Participant) -> int:
    messages = Message.objects.filter(conversation_id=seat.conversation_id, seq__gt=seat.last_read_seq)
    others = messages.exclude(type=Message.Type.SYSTEM).exclude(sender_id=seat.user_id)
    return others.filter(deleted_at__isnull=True).count()


class _Story:
    """A group whose people do at random what people do."""

    def __init__(self, seed: int, owner: User, people: list[User]) -> None:
        self.random = random.Random(seed)
        self.owner, self.people = owner, people
        wanted = NewConversation(type="group", participant_ids=tuple(person.pk for person in people[:2]))
        self.conversation_id = open_conversation(creator=owner, wanted=wanted).conversation[0].id

    def seats(self) -> list[Participant]:
        seats = Participant.objects.filter(conversation_id=self.conversation_id, left_at__isnull=True)
        return list(seats.select_related("user", "conversation").order_by("pk"))

    def step(self) -> None:
        actor = self.random.choice(self.seats()).user
        steps = (self.send, self.send, self.send, self.read, self.read, self.receive, self.delete, self.restore)
        self.random.choice((*steps, self.hide, self.come_or_go))(actor)

    def send(self, actor: User) -> None:
        send_message(Draft(sender_id=actor.pk, conversation_id=self.conversation_id, content="Hello"))

    def read(self, actor: User) -> None:
        seat = Participant.objects.select_related("conversation").get(conversation=self.conversation_id, user=actor)
        somewhere = self.random.randint(seat.last_read_seq, seat.conversation.last_seq)
        up_to = self.random.choice([None, 0, somewhere, somewhere, somewhere])
        state = mark_read(reader=actor, conversation_id=self.conversation_id, up_to_seq=up_to)
        seat.refresh_from_db()
        assert state.unread_count == _recount(seat)

    def receive(self, actor: User) -> None:
        mark_delivered(receiver=actor, conversation_id=self.conversation_id, up_to_seq=self.random.randint(0, 40))

    def delete(self, actor: User) -> None:
        sent = Message.objects.filter(sender=actor, type="text", deleted_at__isnull=True)
        self._with_some(actor, list(sent.values_list("pk", flat=True)), delete_message)

    def restore(self, actor: User) -> None:
        self._with_some(
            actor, list(Message.objects.filter(deleted_by=actor).values_list("pk", flat=True)), restore_message
        )

    def hide(self, actor: User) -> None:
        delete_for_oneself(user=actor, conversation_id=self.conversation_id)

    def come_or_go(self, _actor: User) -> None:
        person = self.random.choice(self.people)
        present = {seat.user_id for seat in self.seats()}
        if person.pk in present:
            remove_participant(actor=self.owner, conversation_id=self.conversation_id, user_id=person.pk)
        else:
            shared = self.random.random() < 0.5
            add_participants(
                actor=self.owner, conversation_id=self.conversation_id, user_ids=[person.pk], share_history=shared
            )

    def _with_some(self, actor: User, message_ids: list[int], change: object) -> None:
        own = Participant.objects.get(conversation_id=self.conversation_id, user=actor)
        visible = Message.objects.filter(pk__in=message_ids, seq__gte=own.history_from_seq)
        found = list(visible.order_by("seq").values_list("pk", flat=True))
        if found and callable(change):
            change(actor=actor, message_id=self.random.choice(found))


@pytest.mark.parametrize("seed", range(6))
def test_unread_equals_a_recount_after_every_step(
    seed: int, alice: User, bob: User, carol: User, mallory: User
) -> None:
    User.objects.update(subscription_tier="pro_plus")
    story = _Story(seed, alice, [bob, carol, mallory])

    for _ in range(80):
        story.step()
        seats = story.seats()
        counts = unread_counts_of(
            [seat.user_id for seat in seats], {seat.user_id: {seat.conversation_id} for seat in seats}
        )
        told = {seat.user.display_name: counts[seat.user_id].conversations[seat.conversation_id] for seat in seats}
        assert told == {seat.user.display_name: _recount(seat) for seat in seats}
        assert [_by_numbers(seat) for seat in seats] == [_recount(seat) for seat in seats]
