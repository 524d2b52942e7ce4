import secrets
from typing import Any

from django.core.management.base import BaseCommand

from messenger.models import Installation


class Command(BaseCommand):
    help = (
        "Name this database's history anew. Run it after a backup was restored: clients then throw their copies away."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        Installation.objects.update_or_create(pk=1, defaults={"epoch": secrets.token_hex(8)})
        self.stdout.write("New epoch set.")
