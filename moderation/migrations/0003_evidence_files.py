from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION moderation_evidence_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'evidence is frozen';
END $$;
CREATE TRIGGER evidence_frozen BEFORE UPDATE ON moderation_evidence
    FOR EACH ROW EXECUTE FUNCTION moderation_evidence_refuse();
CREATE TRIGGER evidence_file_frozen BEFORE UPDATE ON moderation_evidencefile
    FOR EACH ROW EXECUTE FUNCTION moderation_evidence_refuse();
"""
ALLOW = """
DROP TRIGGER evidence_file_frozen ON moderation_evidencefile;
DROP TRIGGER evidence_frozen ON moderation_evidence;
DROP FUNCTION moderation_evidence_refuse();
"""


class Migration(migrations.Migration):
    """Whom a report is about, copies of reported files; and evidence that the database itself keeps as it is."""

    dependencies: ClassVar = [
        ("moderation", "0002_audit_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.AddField(
            model_name="report",
            name="reported_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="reports_about",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="EvidenceFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("attachment_id", models.BigIntegerField()),
                ("storage_name", models.CharField(max_length=300)),
                ("filename", models.CharField(max_length=255)),
                ("mime_type", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="moderation.evidence"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("evidence", "attachment_id"), name="evidence_file_unique")
                ],
            },
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
