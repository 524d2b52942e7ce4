"""Make and fill the naive project's tables: `python -m bench.naive.population OUT`."""

import django
from django.conf import settings
from django.core.management import call_command

from bench.population import PAIRS, PEOPLE, Population, seats, signed_token, write_population


def main() -> None:
    """Make the tables and say who may sign in."""
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    from bench.naive.models import Conversation, Participant, Person

    Person.objects.bulk_create(Person(name=f"Person {number}") for number in range(1, PEOPLE + 1))
    Conversation.objects.bulk_create(Conversation() for _ in range(PAIRS + 1))
    Participant.objects.bulk_create(
        Participant(conversation_id=conversation_id, person_id=person_id) for conversation_id, person_id in seats()
    )
    numbers = range(1, PEOPLE + 1)
    write_population(
        Population(
            people=[str(number) for number in numbers],
            tokens=[signed_token(subject=number, secret=settings.JWT_SECRET) for number in numbers],
            pairs=[str(number) for number in range(1, PAIRS + 1)],
            room=str(PAIRS + 1),
        )
    )


if __name__ == "__main__":
    main()
