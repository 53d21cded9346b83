"""Nobody looks for the beginning of a token, yet each new plate wrote it into four indexes made for that."""

from __future__ import annotations

from django.db import migrations

_INDEXES = (
    ("households_plate_token_8fd3ca07_like", "households_plate", "token"),
    ("households_plate_replaced_by_id_6845513a_like", "households_plate", "replaced_by_id"),
    ("households_batchplate_plate_id_dedb29e1_like", "households_batchplate", "plate_id"),
    ("households_plateevent_pgh_obj_id_1b1ebfdb_like", "households_plateevent", "pgh_obj_id"),
)


class Migration(migrations.Migration):
    dependencies = [("households", "0043_given_certificates")]

    operations = [
        migrations.RunSQL(
            f"DROP INDEX IF EXISTS {name}",
            f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({column} varchar_pattern_ops)",
        )
        for name, table, column in _INDEXES
    ]
