"""The wall in the database around households (mapping/row_security.py), and the two doors in it.

* A household keeps its house's village beside its commune, so that the wall needs no second table. Triggers keep both.
* `households_presence` says which houses have households, to whoever may count and not see people.
* `households_find_people` searches. Under a policy neither words nor trigrams may use their index (their operators
  are not leakproof), so it runs as the owner and scopes itself by the same setting as the policy.
"""

import django.db.models.deletion
from django.db import migrations, models

from mapping.row_security import wall_off

AS_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"

PLACE = f"""
CREATE FUNCTION households_place_household() RETURNS trigger LANGUAGE plpgsql {AS_OWNER} AS $body$
DECLARE
    place record;
BEGIN
    SELECT commune_id, village_id INTO place FROM households_house WHERE id = NEW.house_id;
    IF FOUND THEN -- a house that is not there is refused by its own trigger
        NEW.commune_id := place.commune_id;
        NEW.village_id := place.village_id;
    END IF;
    RETURN NEW;
END $body$;
CREATE FUNCTION households_place_households() RETURNS trigger LANGUAGE plpgsql {AS_OWNER} AS $body$
BEGIN
    UPDATE households_household SET commune_id = NEW.commune_id, village_id = NEW.village_id WHERE house_id = NEW.id;
    RETURN NULL;
END $body$;
-- Whoever adds many at once names the village and saves the look at the house.
CREATE TRIGGER household_is_placed_insert BEFORE INSERT ON households_household
    FOR EACH ROW WHEN (NEW.village_id IS NULL) EXECUTE FUNCTION households_place_household();
CREATE TRIGGER household_is_placed_update BEFORE UPDATE OF house_id, commune_id, village_id ON households_household
    FOR EACH ROW EXECUTE FUNCTION households_place_household();
CREATE TRIGGER house_places_its_households AFTER UPDATE OF commune_id, village_id ON households_house
    FOR EACH ROW WHEN (OLD.village_id IS DISTINCT FROM NEW.village_id OR OLD.commune_id <> NEW.commune_id)
    EXECUTE FUNCTION households_place_households();
"""
PLACE_BACK = """
DROP TRIGGER household_is_placed_insert ON households_household;
DROP TRIGGER household_is_placed_update ON households_household;
DROP TRIGGER house_places_its_households ON households_house;
DROP FUNCTION households_place_household();
DROP FUNCTION households_place_households();
"""
FILL = """
UPDATE households_household household SET village_id = house.village_id
  FROM households_house house WHERE house.id = household.house_id AND house.village_id IS NOT NULL
"""
PRESENCE = """
CREATE VIEW households_presence AS SELECT id, house_id, commune_id, village_id FROM households_household;
DO $$
DECLARE role_name text;
BEGIN
    -- A plain view can be written through, with its owner's rights: this one is for reading alone.
    FOREACH role_name IN ARRAY ARRAY['sonha_web', 'sonha_worker'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name AND rolname <> current_user) THEN
            EXECUTE format('REVOKE ALL ON households_presence FROM %I', role_name);
            EXECUTE format('GRANT SELECT ON households_presence TO %I', role_name);
        END IF;
    END LOOP;
END $$;
"""

# What is not NULL narrows the answer. `needles` holds one text for each word, its spellings parted by E'\\x1f': one of
# them must stand in the key. `sample` looks at that many rows of the table, in the communes when they are few, and
# needs no index. The scope is that of the transaction, whatever the caller asks for.
FIND = f"""
CREATE FUNCTION households_find_people(
    words tsquery, needles text[], phone_end text, houses uuid[], commune bigint, communes bigint[], villages bigint[],
    sample integer, most integer
) RETURNS TABLE (house_id uuid, head_name text, search_key text) LANGUAGE plpgsql STABLE {AS_OWNER} AS $body$
DECLARE
    sees constant text := coalesce(current_setting('sonha.sees', true), '');
    units constant bigint[] := sonha_units_of('sonha.sees');
    below bigint[];
    source text := 'households_household';
    conditions text[] := '{{TRUE}}';
    word text;
    spelling text;
    spellings text[];
BEGIN
    IF sees = '' THEN
        RETURN;
    END IF;
    IF sees <> '*' THEN
        below := units || ARRAY(SELECT id FROM mapping_unit WHERE parent_id = ANY (units) AND kind = 'commune');
        -- Not a bare column: the index on words and communes would read every commune of a long list.
        conditions := conditions || '(x.commune_id + 0 = ANY ($4) OR x.village_id + 0 = ANY ($4))'::text;
    END IF;
    IF sample IS NOT NULL THEN
        source := format('(SELECT * FROM households_household %s LIMIT %s)',
                         CASE WHEN communes IS NOT NULL THEN 'WHERE commune_id = ANY ($5)' ELSE '' END, sample);
    ELSIF communes IS NOT NULL THEN
        conditions := conditions || 'x.commune_id + 0 = ANY ($5)'::text;
    END IF;
    IF words IS NOT NULL THEN
        conditions := conditions || 'array_to_tsvector(string_to_array(x.search_key, '' '')) @@ $1'::text;
    END IF;
    FOREACH word IN ARRAY coalesce(needles, '{{}}') LOOP
        spellings := '{{}}';
        FOREACH spelling IN ARRAY string_to_array(word, E'\\x1f') LOOP
            spellings := spellings || format('strpos('' '' || x.search_key || '' '', %L) > 0', spelling);
        END LOOP;
        conditions := conditions || ('(' || array_to_string(spellings, ' OR ') || ')');
    END LOOP;
    IF phone_end IS NOT NULL THEN
        conditions := conditions || format('x.phone <> '''' AND reverse(x.phone) LIKE %L', reverse(phone_end) || '%');
    END IF;
    IF houses IS NOT NULL THEN
        conditions := conditions || 'x.house_id = ANY ($2)'::text;
    END IF;
    IF commune IS NOT NULL THEN
        conditions := conditions || 'x.commune_id = $3'::text;
    END IF;
    IF villages IS NOT NULL THEN
        conditions := conditions || 'x.village_id + 0 = ANY ($6)'::text;
    END IF;
    RETURN QUERY EXECUTE
        format('SELECT x.house_id, x.head_name::text, x.search_key::text FROM %s x WHERE %s LIMIT %s',
               source, array_to_string(conditions, ' AND '), most)
        USING words, houses, commune, below, communes, villages;
END $body$;
REVOKE ALL ON FUNCTION households_find_people FROM PUBLIC;
DO $$
DECLARE role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['sonha_web', 'sonha_worker'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION households_find_people TO %I', role_name);
        END IF;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0010_plate_released"), ("mapping", "0007_access")]

    operations = [
        migrations.AddField(
            model_name="household",
            name="village",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="mapping.unit",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(PLACE, PLACE_BACK),
        migrations.RunSQL(PRESENCE, "DROP VIEW households_presence"),
        migrations.CreateModel(
            name="HouseholdPresence",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "house",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="households.house",
                    ),
                ),
            ],
            options={"db_table": "households_presence", "managed": False},
        ),
        wall_off("households_household"),
        migrations.RunSQL(FIND, "DROP FUNCTION households_find_people"),
    ]
