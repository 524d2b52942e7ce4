"""Making the demo of its tables. Every step finds what an earlier run has made."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from messenger.errors import MessengerError
from messenger.management.demo.people import OFFERS, PEOPLE
from messenger.management.demo.stories import Story
from messenger.models import Conversation, Message, Offer, Participant, User
from messenger.services.contexts import Context, ContextInput, settle_context
from messenger.services.conversations import NewConversation, open_conversation
from messenger.services.drafts import Draft
from messenger.services.reactions import react
from messenger.services.reading import mark_read
from messenger.services.sending import send_messages

MINUTES_BETWEEN_LINES = (0, 2, 5, 1, 7, 3, 11, 2)
BATCH = 128

People = Mapping[str, User]


@contextmanager
def unlimited() -> Iterator[None]:
    """Switch tier limits off in this process meanwhile: the demo says more at once than a person may."""
    before = settings.MESSENGER_RATE_LIMIT
    settings.MESSENGER_RATE_LIMIT = "off"
    try:
        yield
    finally:
        settings.MESSENGER_RATE_LIMIT = before


def make_people(*, password: str) -> dict[str, User]:
    """The five people of the demo, by first name; whoever is there gets this password again."""
    people = {}
    for person in PEOPLE:
        is_admin = person.role == User.Role.ADMIN
        user, _ = User.objects.get_or_create(
            email=person.email,
            defaults={
                "display_name": person.display_name,
                "role": person.role,
                "subscription_tier": person.tier,
                "is_staff": is_admin,
                "is_superuser": is_admin,
                "password": make_password(None),
            },
        )
        if not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
        people[person.name] = user
    return people


def make_offers(people: People) -> None:
    """A supplier, a package and a listing."""
    for offer in OFFERS:
        Offer.objects.get_or_create(
            kind=offer.kind,
            slug=offer.slug,
            defaults={"title": offer.title, "text": offer.text, "owner": people[offer.owner]},
        )


@transaction.atomic
def tell_story(story: Story, people: People, *, now: datetime) -> bool:
    """Let people have said all this before `now`; False where they have already."""
    if Conversation.objects.filter(metadata__demo=story.key).exists():
        return False
    conversation_id = _opened(story, people)
    ids = say(
        [
            Draft(sender_id=people[who].pk, conversation_id=conversation_id, content=text, door="demo")
            for who, text in story.lines
        ]
    )
    for line, who, emoji in story.reactions:
        react(user=people[who], message_id=ids[line], emoji=emoji, on=True)
    for who in sorted(story.read_by):
        mark_read(reader=people[who], conversation_id=conversation_id)
    pinners = [people[who] for who in story.pinned_by]
    Participant.objects.filter(conversation_id=conversation_id, user__in=pinners).update(is_pinned=True)
    if story.flow:
        Conversation.objects.filter(pk=conversation_id).update(version=F("version") + 1, **story.flow)
    backdate(conversation_id, first_at=now - timedelta(hours=story.hours_ago))
    return True


def say(drafts: Sequence[Draft]) -> list[int]:
    """Send in batches and return the messages' ids.

    :raises MessengerError: the first refusal.
    """
    ids = []
    for start in range(0, len(drafts), BATCH):
        for outcome in send_messages(drafts[start : start + BATCH]):
            if isinstance(outcome, MessengerError):
                raise outcome
            ids.append(outcome.message.id)
    return ids


def backdate(conversation_id: int, *, first_at: datetime) -> None:
    """Spread a conversation's messages over the minutes since `first_at`."""
    messages = list(Message.objects.filter(conversation_id=conversation_id).order_by("seq").only("id", "seq"))
    at = first_at
    for message in messages:
        at += timedelta(
            minutes=MINUTES_BETWEEN_LINES[message.seq % len(MINUTES_BETWEEN_LINES)], seconds=message.seq % 50
        )
        message.created_at = message.updated_at = at
    Message.objects.bulk_update(messages, ["created_at", "updated_at"], batch_size=1000)
    Conversation.objects.filter(pk=conversation_id).update(created_at=first_at, updated_at=at, last_activity_at=at)
    Participant.objects.filter(conversation_id=conversation_id, last_read_at__isnull=False).update(last_read_at=at)


def _opened(story: Story, people: People) -> int:
    creator, *others = (people[who] for who in story.members)
    context = ContextInput(type=story.context[0], reference_id=story.context[1]) if story.context else None
    if story.flow:
        return _opened_by_integrator(story, [creator, *others], settle_context(context) if context else None)
    opened = open_conversation(
        creator=creator,
        wanted=NewConversation(
            participant_ids=tuple(other.pk for other in others),
            type=story.type,
            title=story.title,
            context=context,
            metadata={"demo": story.key},
        ),
    )
    conversation_id = opened.conversation[0].id
    Conversation.objects.filter(pk=conversation_id).update(metadata={"demo": story.key})
    return conversation_id


def _opened_by_integrator(story: Story, members: Sequence[User], context: Context | None) -> int:
    shown = context.shown if context else None
    conversation = Conversation.objects.create(
        type=story.type,
        title=story.title,
        created_by=members[0],
        metadata={"demo": story.key},
        participant_count=len(members),
        version=1,
        chat_status="real_time",
        context_type=shown.type if shown else "",
        context_reference=shown.reference_id if shown else "",
        context_title=shown.title if shown else "",
        context_image=shown.image if shown else "",
        context_url=shown.url if shown else "",
    )
    Participant.objects.bulk_create([Participant(conversation=conversation, user=member) for member in members])
    return conversation.pk
