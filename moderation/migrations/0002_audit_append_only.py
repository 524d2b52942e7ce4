from typing import ClassVar

from django.db import migrations

REFUSE = """
CREATE FUNCTION moderation_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON moderation_auditentry
    FOR EACH ROW EXECUTE FUNCTION moderation_audit_refuse();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON moderation_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION moderation_audit_refuse();
"""
ALLOW = """
DROP TRIGGER audit_no_truncate ON moderation_auditentry;
DROP TRIGGER audit_append_only ON moderation_auditentry;
DROP FUNCTION moderation_audit_refuse();
"""


class Migration(migrations.Migration):
    """The audit log is append-only in the database itself, whoever holds the connection."""

    dependencies: ClassVar = [("moderation", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(REFUSE, ALLOW)]
