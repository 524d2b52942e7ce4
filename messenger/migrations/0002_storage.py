from typing import ClassVar

from django.db import migrations

# Rows that change at every send leave room on their page, so that PostgreSQL updates them in place (HOT).
SET = """
ALTER TABLE messenger_conversation SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE messenger_participant SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
INSERT INTO messenger_installation (id, epoch) VALUES (1, substr(md5(random()::text || clock_timestamp()::text), 1, 16));
"""
UNSET = """
DELETE FROM messenger_installation;
ALTER TABLE messenger_participant RESET (fillfactor, autovacuum_vacuum_scale_factor);
ALTER TABLE messenger_conversation RESET (fillfactor, autovacuum_vacuum_scale_factor);
"""


class Migration(migrations.Migration):
    """Storage settings of the hot tables, and the row that names this database's history."""

    dependencies: ClassVar = [("messenger", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(SET, UNSET)]
