"""The addresses that houses had before.

A trigger keeps one whenever a statement changes number or street of houses, whoever changes them: a form, a list, a
decision, an undo. A house that gets an old address back has it no longer as a former one.
"""

import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import households.models.house

FORMER = """
CREATE FUNCTION households_keep_former_address() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO households_formeraddress (house_id, commune_id, number, street, until, was_on_plate)
    SELECT before.id, before.commune_id, before.number, before.street, clock_timestamp(),
           EXISTS (SELECT FROM households_plate plate
                    WHERE plate.house_id = before.id AND plate.released_at IS NOT NULL AND plate.state <> 'revoked')
      FROM before JOIN after ON after.id = before.id
     WHERE (before.number, before.street) IS DISTINCT FROM (after.number, after.street)
       AND (before.number <> '' OR before.street <> '')
        ON CONFLICT (house_id, number, street)
        DO UPDATE SET until = excluded.until,
                      was_on_plate = households_formeraddress.was_on_plate OR excluded.was_on_plate;
    DELETE FROM households_formeraddress former USING before, after
     WHERE before.id = after.id AND former.house_id = after.id
       AND (before.number, before.street) IS DISTINCT FROM (after.number, after.street)
       AND (former.number, former.street) = (after.number, after.street);
    RETURN NULL;
END $body$;
CREATE TRIGGER house_keeps_former_address AFTER UPDATE ON households_house
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION households_keep_former_address();
"""
FORMER_BACK = """
DROP TRIGGER house_keeps_former_address ON households_house;
DROP FUNCTION households_keep_former_address();
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0028_numbering"), ("mapping", "0017_kept_until")]

    operations = [
        migrations.CreateModel(
            name="FormerAddress",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "number",
                    models.CharField(blank=True, db_collation="vi_natural", max_length=20, verbose_name="số nhà"),
                ),
                (
                    "street",
                    models.CharField(blank=True, db_collation="vi_natural", max_length=120, verbose_name="đường, ngõ"),
                ),
                (
                    "search_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=households.models.house.Fold(
                            django.db.models.functions.text.Concat("number", models.Value(" "), "street")
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                ("until", models.DateTimeField(auto_now_add=True, verbose_name="đến")),
                ("was_on_plate", models.BooleanField(default=False)),
                (
                    "commune",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.unit"
                    ),
                ),
                (
                    "house",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_addresses",
                        to="households.house",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="households.numberingdecision",
                    ),
                ),
            ],
            options={
                "verbose_name": "địa chỉ cũ",
                "verbose_name_plural": "địa chỉ cũ",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        households.models.house.Words("search_key"), models.F("commune"), name="former_address_search"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("house", "number", "street"), name="former_address_once_a_house")
                ],
            },
        ),
        migrations.RunSQL(FORMER, FORMER_BACK),
    ]
