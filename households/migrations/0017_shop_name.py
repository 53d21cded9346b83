"""The name of a shop, shown to whoever scans the plate while its household consents."""

from django.db import migrations, models

# An owner's view: the page behind a plate reads it while nobody acts, and learns nothing but consented names.
SIGNS = """
CREATE VIEW households_shop_signs AS
SELECT household.house_id, household.shop_name
  FROM households_household household
 WHERE household.shop_name <> ''
   AND (SELECT consent.given FROM households_consent consent
         WHERE consent.household_id = household.id AND consent.purpose = 'publish' AND consent.field = 'shop_name'
         ORDER BY consent.id DESC LIMIT 1);
DO $$
DECLARE role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['sonha_web', 'sonha_worker'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name AND rolname <> current_user) THEN
            EXECUTE format('REVOKE ALL ON households_shop_signs FROM %I', role_name);
            EXECUTE format('GRANT SELECT ON households_shop_signs TO %I', role_name);
        END IF;
    END LOOP;
END $$;
"""
# Images of rows that an undo may put back were taken before there was such a name.
IMAGES = """
UPDATE mapping_change SET before = before || '{"shop_name": ""}'
 WHERE "table" = 'households_household' AND before IS NOT NULL AND NOT before ? 'shop_name'
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0016_residents")]

    operations = [
        migrations.AddField(
            model_name="household",
            name="shop_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=80, verbose_name="tên cửa hàng"),
        ),
        migrations.RunSQL(SIGNS, "DROP VIEW households_shop_signs"),
        migrations.RunSQL(IMAGES, migrations.RunSQL.noop),
    ]
