from typing import ClassVar

from django.db import migrations, models

KEEP = """
CREATE FUNCTION messenger_note_own_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.own_changed_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER note_own_change BEFORE UPDATE OF private_version ON messenger_participant
    FOR EACH ROW WHEN (NEW.private_version <> OLD.private_version) EXECUTE FUNCTION messenger_note_own_change();
"""
FORGET = """
DROP TRIGGER note_own_change ON messenger_participant;
DROP FUNCTION messenger_note_own_change();
"""


class Migration(migrations.Migration):
    """When somebody's own side of a conversation changed last, by the database itself: many statements change it."""

    dependencies: ClassVar = [("messenger", "0006_deleted_for_oneself")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="participant",
            name="own_changed_at",
            field=models.DateTimeField(
                blank=True, help_text="When `private_version` grew; the database notes it.", null=True
            ),
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
