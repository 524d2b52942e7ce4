from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Since when somebody may see more of the past than before, so that sync can tell who does not have it yet."""

    dependencies: ClassVar = [("messenger", "0009_words_by_domain")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="participant",
            name="widened_version",
            field=models.BigIntegerField(
                default=0, db_default=0, help_text="The `private_version` by which older messages last came into sight."
            ),
        ),
    ]
