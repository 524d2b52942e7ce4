from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that no look-up of a nonce can take for its own."""

    dependencies: ClassVar = [("messenger", "0007_own_changes")]
    operations: ClassVar = [
        migrations.RemoveIndex(model_name="message", name="message_sender"),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("type", "system"), _negated=True),
                fields=["conversation", "sender", "seq"],
                name="message_spoken",
            ),
        ),
    ]
