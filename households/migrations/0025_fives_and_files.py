"""Counts of assessments are told in multiples of five, rounded down; files with people in them get their last day."""

from django.db import migrations

COUNTED = """
CREATE OR REPLACE VIEW households_assessment_counts AS
SELECT household.commune_id, household.village_id, latest.standard, latest.outcome, {told} AS households
  FROM (SELECT DISTINCT ON (household_id, standard) household_id, standard, outcome
          FROM households_assessment kept
         WHERE NOT EXISTS (SELECT FROM households_assessment correction WHERE correction.corrects_id = kept.id)
         ORDER BY household_id, standard, assessed_on DESC, id DESC) latest
  JOIN households_household household ON household.id = latest.household_id
 GROUP BY 1, 2, 3, 4
HAVING count(*) >= 5
"""
# As personal_fields says on the day of this migration: what was made before it has no day of its own.
KEPT = """
UPDATE mapping_storedfile kept SET kept_until = kept.created_at + interval '90 days'
  FROM households_importrun run WHERE kept.id IN (run.file_id, run.report_file_id);
UPDATE mapping_storedfile kept SET kept_until = kept.created_at + interval '7 days'
  FROM mapping_job job WHERE kept.id = job.result_file_id AND job.kind LIKE 'houses.export%';
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0024_search_within"), ("mapping", "0017_kept_until")]

    operations = [
        migrations.RunSQL(COUNTED.format(told="count(*) / 5 * 5"), COUNTED.format(told="count(*)")),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
    ]
