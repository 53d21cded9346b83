"""The wall around imports: what was read of a list, and the report of its check, quote people.

`households_importplace` says which commune an import belongs to, and nothing else, so that whoever may not see it is
told whether it is foreign or forbidden.
"""

from django.db import migrations, models

from mapping.row_security import wall_off

PLACE = """
CREATE VIEW households_importplace AS SELECT id, commune_id FROM households_importrun;
DO $$
DECLARE role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['sonha_web', 'sonha_worker'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name AND rolname <> current_user) THEN
            EXECUTE format('REVOKE ALL ON households_importplace FROM %I', role_name);
            EXECUTE format('GRANT SELECT ON households_importplace TO %I', role_name);
        END IF;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0025_fives_and_files"), ("mapping", "0017_kept_until")]

    operations = [
        wall_off("households_importrun", village=None),
        migrations.RunSQL(PLACE, "DROP VIEW households_importplace"),
        migrations.CreateModel(
            name="ImportPlace",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "commune",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="mapping.unit",
                    ),
                ),
            ],
            options={"db_table": "households_importplace", "managed": False},
        ),
    ]
