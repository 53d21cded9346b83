"""Searching people asks no row for its place that the search keeps to already."""

from importlib import import_module

from django.db import migrations

AS_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"
FIND = f"""
CREATE OR REPLACE FUNCTION households_find_people(
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
        -- Where only communes are looked through that lie within the scope as a whole, no row need be asked.
        IF coalesce(NOT commune = ANY (below), true) AND coalesce(NOT communes <@ below, true) THEN
            -- Not a bare column: the index on words and communes would read every commune of a long list.
            conditions := conditions || '(x.commune_id + 0 = ANY ($4) OR x.village_id + 0 = ANY ($4))'::text;
        END IF;
    END IF;
    IF sample IS NOT NULL THEN
        source := format('(SELECT * FROM households_household %s LIMIT %s)',
                         CASE WHEN communes IS NOT NULL THEN 'WHERE commune_id = ANY ($5)' ELSE '' END, sample);
    ELSIF communes IS NOT NULL AND coalesce(NOT commune = ANY (communes), true) THEN
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
        conditions := conditions || format(
            'x.phone <> '''' AND right(x.phone, 4) = %L COLLATE "C" AND x.phone LIKE %L',
            right(phone_end, 4), '%' || phone_end);
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
"""
BEFORE = import_module("households.migrations.0011_search_key")


class Migration(migrations.Migration):
    dependencies = [("households", "0022_barriers")]

    operations = [migrations.RunSQL(FIND, BEFORE.find_people_sql(BEFORE.BY_LAST_FOUR))]
