"""Counts of assessments are told in multiples of five, rounded down: one household more seldom changes what is told."""

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


class Migration(migrations.Migration):
    dependencies = [("households", "0022_barriers")]

    operations = [
        migrations.RunSQL(COUNTED.format(told="count(*) / 5 * 5"), COUNTED.format(told="count(*)")),
    ]
