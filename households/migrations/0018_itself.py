"""A household reads on its own page who has looked at it, and what it was assessed to be."""

from django.db import migrations

ITSELF = "(SELECT nullif(current_setting('sonha.household', true), ''))::uuid"
READINGS = f"""
CREATE POLICY mapping_auditentry_itself ON mapping_auditentry FOR SELECT
    USING (row_id = {ITSELF} OR {ITSELF} = ANY (rows));
CREATE POLICY households_assessment_itself ON households_assessment FOR SELECT USING (household_id = {ITSELF});
"""
READINGS_BACK = """
DROP POLICY mapping_auditentry_itself ON mapping_auditentry;
DROP POLICY households_assessment_itself ON households_assessment;
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0015_redaction"), ("mapping", "0010_audit")]

    operations = [migrations.RunSQL(READINGS, READINGS_BACK)]
