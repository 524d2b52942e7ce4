from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from messenger.management.demo.crowd import make_crowd
from messenger.management.demo.making import make_offers, make_people, tell_story, unlimited
from messenger.management.demo.stories import STORIES


class Command(BaseCommand):
    """Make the demo people, what they offer and what they say to each other. Run again, it makes what is missing."""

    help = "Make demo people, offers and conversations; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--large", action="store_true", help="also 200 more conversations, and one of 10,000 messages"
        )

    def handle(self, *_: object, **options: Any) -> None:
        if not settings.MESSENGER_DEMO_PASSWORD:
            raise CommandError("MESSENGER_DEMO_PASSWORD is empty: give the demo people a password.")
        now = timezone.now()
        people = make_people(password=settings.MESSENGER_DEMO_PASSWORD)
        make_offers(people)
        with unlimited():
            told = sum(tell_story(story, people, now=now) for story in STORIES)
            if options["large"]:
                told += make_crowd(people["alice"], now=now)
        self.stdout.write(
            f"{told} new conversations; the demo people are {', '.join(p.email for p in people.values())}."
        )
