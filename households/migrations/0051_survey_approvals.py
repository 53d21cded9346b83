"""A visit says which of its approvals stand in the register, and up to which of its versions."""

from django.db import connection, migrations, models

from mapping import wall

# Of one that changed after its approval the receipts tell which version the officer had seen.
STANDING = """
UPDATE households_surveyvisit visit SET approvals = jsonb_build_array(jsonb_build_object(
    'changeset', made.id,
    'version', CASE WHEN visit.state = 'approved' THEN visit.version ELSE coalesce((
        SELECT max((sent.receipt ->> 'version')::int) FROM households_surveyoperation sent
         WHERE sent.visit_id = visit.id AND sent.received_at < made.created_at), 1) END,
    'at', to_char(made.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')))
  FROM mapping_changeset made WHERE made.id = visit.changeset_id AND made.undone_at IS NULL
"""


def note_standing(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Approvals from before this was noted."""
    with wall.acting_as_system("survey.approvals"), connection.cursor() as cursor:
        cursor.execute(STANDING)


class Migration(migrations.Migration):
    dependencies = [("households", "0050_survey_latitudes")]

    operations = [
        migrations.AddField(
            model_name="surveyvisit", name="approvals", field=models.JSONField(default=list, editable=False)
        ),
        migrations.RunPython(note_standing, migrations.RunPython.noop),
    ]
