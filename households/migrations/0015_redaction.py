"""The owner's function that takes a removed household's values out of the history."""

from django.db import migrations

from households.redaction_sql import REDACT


class Migration(migrations.Migration):
    dependencies = [("households", "0020_assessments"), ("mapping", "0011_history")]

    operations = [migrations.RunSQL(REDACT, "DROP FUNCTION sonha_redact_household(uuid, text, jsonb)")]
