from typing import Any

from django.conf import settings
from django.core.management import CommandParser, call_command, get_commands
from django.core.management.base import BaseCommand

from config.engines.durability import require_durable_commits


class Command(BaseCommand):
    """Bring the database and the demo people to where this version wants them; safe to repeat."""

    help = "Migrate, and seed the demo people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="do not make demo people and conversations")

    def handle(self, *_: object, **options: Any) -> None:
        settings.STATE.mkdir(parents=True, exist_ok=True)
        require_durable_commits()
        call_command("migrate", interactive=False, verbosity=0)
        if not options["no_demo"] and settings.MESSENGER_DEMO_PASSWORD and "seed_demo" in get_commands():
            call_command("seed_demo", verbosity=0)
