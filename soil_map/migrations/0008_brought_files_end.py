"""Sheets and cadastral files that were brought before they had a last day get it: they may name people."""

from django.db import migrations

# As personal_fields says on the day of this migration.
KEPT = """
UPDATE mapping_storedfile kept SET kept_until = kept.created_at + interval '90 days'
  FROM soil_map_soilimport brought
 WHERE kept.id = brought.file_id AND brought.kind <> 'soil_units' AND kept.kept_until IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("mapping", "0017_kept_until"), ("soil_map", "0007_undo_records_of_soil")]

    operations = [migrations.RunSQL(KEPT, migrations.RunSQL.noop)]
