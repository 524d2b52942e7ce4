from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from messenger.services.retention import apply_retention


class Command(BaseCommand):
    help = "Delete messages that are older than MESSENGER_RETENTION allows. A daily task does the same."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be deleted, and delete nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        outlived = apply_retention(is_dry_run=options["dry_run"])
        verb = "would be deleted" if options["dry_run"] else "deleted"
        for item in outlived:
            what = f"{item.conversations} conversations and {item.messages} messages of others"
            self.stdout.write(f"{item.type}, {item.days} days: {what} {verb}.")
        if not outlived:
            self.stdout.write("MESSENGER_RETENTION is empty: everything is kept.")
