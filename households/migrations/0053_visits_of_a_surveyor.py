"""Where a surveyor was around the time of a visit is found by surveyor and time, however long the round is.

And visits that were emptied, since what people answered may be kept no longer, say no more which fields there were:
nobody emptied those.
"""

from django.db import connection, migrations, models

from mapping import wall

RETAINED = """
UPDATE households_surveyvisit visit SET field_versions = '{}'
 WHERE visit.answers = '{}' AND visit.position = '{}' AND visit.location IS NULL AND visit.field_versions <> '{}'
   AND EXISTS (SELECT FROM households_surveyoperation sent WHERE sent.visit_id = visit.id)
   AND NOT EXISTS (SELECT FROM households_surveyoperation sent WHERE sent.visit_id = visit.id AND sent.changes <> '{}')
"""


def empty_of_fields(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Visits that retention or a household's wish emptied before."""
    with wall.acting_as_system("survey.retention"), connection.cursor() as cursor:
        cursor.execute(RETAINED)


class Migration(migrations.Migration):
    dependencies = [("households", "0052_visits_follow_houses")]

    operations = [
        migrations.AddIndex(
            model_name="surveyvisit",
            index=models.Index(fields=["round", "surveyor", "started_at"], name="survey_visit_of_surveyor"),
        ),
        migrations.RunPython(empty_of_fields, migrations.RunPython.noop),
    ]
