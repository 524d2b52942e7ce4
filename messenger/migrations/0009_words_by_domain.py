from typing import ClassVar

from django.db import migrations

import messenger.models.words

WORDS = {
    ("conversation", "type"): (
        "conversation_type",
        ["direct", "group", "marketplace", "enquiry", "supplier_network", "support", "campaign", "bid"],
    ),
    ("conversation", "status"): ("conversation_status", ["active", "closed"]),
    ("message", "type"): ("message_type", ["text", "image", "file", "system", "automated"]),
    ("participant", "member_role"): ("participant_role", ["owner", "admin", "member"]),
    ("participant", "notify"): ("participant_notify", ["all", "mentions", "none"]),
}


def _made(domain: str, words: list[str]) -> migrations.RunSQL:
    known = ", ".join(f"'{word}'" for word in words)
    return migrations.RunSQL(
        f"CREATE DOMAIN {domain} AS varchar(20) CONSTRAINT {domain}_known CHECK (VALUE IN ({known}))",
        f"DROP DOMAIN {domain}",
    )


def _altered(model: str, field: str, **options: object) -> migrations.AlterField:
    domain, words = WORDS[model, field]
    choices = [(word, word.replace("_", " ").title()) for word in words]
    return migrations.AlterField(
        model, field, messenger.models.words.WordField(choices=choices, domain=domain, **options)
    )


class Migration(migrations.Migration):
    """Words of closed sets are kept by domains: a CHECK was read again at each change of any column."""

    dependencies: ClassVar = [("messenger", "0008_spoken_messages")]
    operations: ClassVar = [
        *(migrations.RemoveConstraint(model, f"{domain}_known") for (model, _), (domain, _) in WORDS.items()),
        *(_made(domain, words) for domain, words in WORDS.values()),
        _altered("conversation", "type", max_length=20),
        _altered("conversation", "status", max_length=8, default="active"),
        _altered("message", "type", max_length=10, default="text"),
        _altered("participant", "member_role", max_length=8, default="member"),
        _altered("participant", "notify", max_length=8, default="all"),
    ]
