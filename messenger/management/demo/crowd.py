"""`--large`: 200 more conversations of alice's, and one of 10,000 messages."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from messenger.management.demo.making import backdate, say
from messenger.models import Conversation, User
from messenger.services.conversations import NewConversation, open_conversation
from messenger.services.drafts import Draft
from messenger.services.reading import mark_read

CONVERSATIONS = 200
LONG = 10_000

_FIRST = (
    "Ada",
    "Ben",
    "Chloe",
    "Dario",
    "Elif",
    "Felix",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Kim",
    "Lena",
    "Milo",
    "Nora",
)
_LAST = ("Abbott", "Berg", "Costa", "Dubois", "Ek", "Fischer", "Garcia", "Horvat", "Ito", "Jansen", "Kaya")
_LINES = (
    "Good morning! Is the date in September still free?",
    "It is. How many guests do you expect?",
    "Around sixty, perhaps a few more in the evening.",
    "Then the small hall is enough, and the terrace if it stays dry.",
    "Could we look at it next week?",
    "Tuesday after four, or Friday before noon.",
    "Friday at ten would be lovely.",
    "Noted. Please ring at the side door, the bell at the front is broken.",
    "Do you also have chairs, or shall we rent them?",
    "Chairs for ninety, all of them alike, and cushions for the cold hours.",
    "Wonderful. I'll tell the others.",
    "See you on Friday then!",
)


def make_crowd(alice: User, *, now: datetime) -> int:
    """Fill alice's list; gives how many conversations are new."""
    guests = _guests()
    made = sum(_talk(alice, guest, number, now) for number, guest in enumerate(guests))
    return made + _long_talk(alice, guests[0], now)


def _guests() -> list[User]:
    rows = [
        User(
            email=f"guest{number:03}@example.com",
            display_name=f"{_FIRST[number % len(_FIRST)]} {_LAST[number % len(_LAST)]}",
            role=User.Role.SUPPLIER,
            password=make_password(None),
        )
        for number in range(CONVERSATIONS)
    ]
    User.objects.bulk_create(rows, ignore_conflicts=True)
    return list(User.objects.filter(email__in=[row.email for row in rows]).order_by("email"))


@transaction.atomic
def _talk(alice: User, guest: User, number: int, now: datetime) -> bool:
    conversation_id = _opened(alice, [guest], key=f"crowd-{number}")
    if conversation_id is None:
        return False
    _exchange(conversation_id, [alice, guest], count=2 + number % 10, name=guest.display_name)
    if number % 4:
        mark_read(reader=alice, conversation_id=conversation_id)
    backdate(conversation_id, first_at=now - timedelta(hours=12 + 7 * number))
    return True


@transaction.atomic
def _long_talk(alice: User, guest: User, now: datetime) -> bool:
    conversation_id = _opened(alice, [guest], key="long", title="Everything about the festival")
    if conversation_id is None:
        return False
    _exchange(conversation_id, [alice, guest], count=LONG)
    mark_read(reader=alice, conversation_id=conversation_id)
    backdate(conversation_id, first_at=now - timedelta(days=40))
    return True


def _opened(alice: User, others: list[User], *, key: str, title: str = "") -> int | None:
    """The new conversation's id; None where an earlier run has made it."""
    if Conversation.objects.filter(metadata__demo=key).exists():
        return None
    opened = open_conversation(
        creator=alice,
        wanted=NewConversation(
            participant_ids=tuple(other.pk for other in others),
            type=Conversation.Type.GROUP if title else None,
            title=title,
            metadata={"demo": key},
        ),
    )
    return opened.conversation[0].id


def _exchange(conversation_id: int, people: list[User], *, count: int, name: str = "") -> None:
    """So many lines in turn; each with a name or a number of its own, since one text for many people is spam."""
    say(
        [
            Draft(
                sender_id=people[number % 2].pk,
                conversation_id=conversation_id,
                content=f"{name or number}: {_LINES[number % len(_LINES)]}",
                door="demo",
            )
            for number in range(count)
        ]
    )
