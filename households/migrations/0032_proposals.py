"""Proposals lean and complete: which version of a street was read, letters of groups, addresses that come back.

A proposal's million rows are checked against no key one by one; these triggers keep them in step with what they name.
"""

import django.db.models.deletion
from django.db import migrations, models

FORGET = """
CREATE FUNCTION households_forget_proposed_houses() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
    DELETE FROM households_proposednumber proposed USING gone WHERE proposed.house_id = gone.id;
    DELETE FROM households_proposalfinding finding USING gone WHERE finding.house_id = gone.id;
    RETURN NULL;
END $body$;
CREATE TRIGGER house_goes_from_proposals AFTER DELETE ON households_house
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION households_forget_proposed_houses();
CREATE FUNCTION households_forget_proposed_streets() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
    UPDATE households_proposednumber proposed SET street_id = NULL FROM gone WHERE proposed.street_id = gone.id;
    UPDATE households_proposalfinding finding SET street_id = NULL FROM gone WHERE finding.street_id = gone.id;
    DELETE FROM households_proposedstreet proposed USING gone WHERE proposed.street_id = gone.id;
    RETURN NULL;
END $body$;
CREATE TRIGGER street_goes_from_proposals AFTER DELETE ON households_street
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION households_forget_proposed_streets();
"""
FORGET_BACK = """
DROP TRIGGER house_goes_from_proposals ON households_house;
DROP TRIGGER street_goes_from_proposals ON households_street;
DROP FUNCTION households_forget_proposed_houses();
DROP FUNCTION households_forget_proposed_streets();
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0029_former_addresses")]

    operations = [
        migrations.AddField("numberingproposal", "group_letters", models.JSONField(default=dict)),
        migrations.AddField("numberingproposal", "returned_addresses", models.JSONField(default=list)),
        migrations.AddField("proposedstreet", "street_version", models.PositiveIntegerField(default=1)),
        migrations.AlterField(
            "proposednumber",
            "proposal",
            models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE,
                related_name="numbers", to="households.numberingproposal",
            ),
        ),
        migrations.AlterField(
            "proposednumber",
            "house",
            models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name="+",
                to="households.house",
            ),
        ),
        migrations.AlterField(
            "proposednumber",
            "street",
            models.ForeignKey(
                db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+",
                to="households.street",
            ),
        ),
        migrations.AlterField(
            "proposalfinding",
            "street",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="households.street"
            ),
        ),
        migrations.RunSQL(FORGET, FORGET_BACK),
    ]  # fmt: skip
