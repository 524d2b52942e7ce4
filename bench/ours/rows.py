"""People, their sign-ins, conversations and seats of the bench in the product's own tables."""

from datetime import datetime
from typing import Final

from django.db import connection

from bench.population import PAIRS, PEOPLE, ROOM, seats
from messenger.models import Conversation, Participant, SignIn, User

_NO_PASSWORD: Final = "!nobody-signs-in-with-a-password"


def fill(*, tier: str, expires_at: datetime) -> None:
    """Write everybody, all at once; ids count from 1, a person's sign-in has the person's."""
    numbers = range(1, PEOPLE + 1)
    User.objects.bulk_create([_person(number, tier=tier) for number in numbers], batch_size=1000)
    SignIn.objects.bulk_create([_sign_in(number, expires_at) for number in numbers], batch_size=1000)
    room = Conversation(id=PAIRS + 1, type="group", title="Everybody", participant_count=ROOM)
    Conversation.objects.bulk_create([*(_pair(number) for number in range(1, PAIRS + 1)), room])
    Participant.objects.bulk_create([_seat(*seat) for seat in seats()], batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _person(number: int, *, tier: str) -> User:
    return User(
        id=number,
        email=f"person{number}@bench.example",
        display_name=f"Person {number}",
        password=_NO_PASSWORD,
        subscription_tier=tier,
    )


def _sign_in(number: int, expires_at: datetime) -> SignIn:
    return SignIn(id=number, user_id=number, kind="token", session_epoch=0, expires_at=expires_at)


def _pair(number: int) -> Conversation:
    key = f"{2 * number - 1}:{2 * number}"
    return Conversation(id=number, type="direct", pair_key=key, participant_count=2)


def _seat(conversation_id: int, person_id: int) -> Participant:
    return Participant(conversation_id=conversation_id, user_id=person_id)
