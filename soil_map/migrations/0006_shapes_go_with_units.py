"""Let the shapes of tiles go with the soil unit or zone that they draw, whoever deletes it: an undo does so in SQL."""

from django.db import migrations

_FOREIGN_KEYS = """
DO $$
DECLARE held record;
BEGIN
    FOR held IN
        SELECT conname, pg_get_constraintdef(oid) AS told FROM pg_constraint
         WHERE conrelid = 'soil_map_soilshape'::regclass AND contype = 'f'
    LOOP
        EXECUTE format('ALTER TABLE soil_map_soilshape DROP CONSTRAINT %%I', held.conname);
        EXECUTE format('ALTER TABLE soil_map_soilshape ADD CONSTRAINT %%I %%s', held.conname,
                       replace(replace(held.told, ' ON DELETE CASCADE', ''), ' DEFERRABLE',
                               '%(on_delete)s DEFERRABLE'));
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("soil_map", "0005_open_surfaces")]

    operations = [
        # The keys that the migration before made are waiting for the end of the transaction; they are checked first.
        migrations.RunSQL(
            [
                "SET CONSTRAINTS ALL IMMEDIATE",
                (_FOREIGN_KEYS.replace("%(on_delete)s", " ON DELETE CASCADE").replace("%%", "%"), None),
            ],
            ["SET CONSTRAINTS ALL IMMEDIATE", (_FOREIGN_KEYS.replace("%(on_delete)s", "").replace("%%", "%"), None)],
        )
    ]
