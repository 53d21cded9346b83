"""The one function that takes a person's values out of the history: the owner's alone, and written down each time."""

from __future__ import annotations

# `plan` names what holds values of a household, by table: {"key": its column for the household, "columns": those to
# empty, "drop": true where whole rows go}. What the tables are is declared in Python (households/redacting.py); which
# events belong to them, their triggers say. Who, when and what kind of thing happened stays everywhere.
#
# Texts for people (subjects, reports, sentences) should hold no values; where one slipped in, it is taken out as well.
REDACT = r"""
CREATE FUNCTION sonha_redact_household(household uuid, reason text, plan jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
DECLARE
    gone constant text := '…'; -- never longer than what it stands for
    place record;
    told record;
    item record;
    columns text[];
    assignments text;
    names text;
    events text;
    condition text;
    image jsonb;
    texts text[] := '{}';
    word text;
    quoted text;
    touched bigint := 0;
    counted bigint;
BEGIN
    IF coalesce(btrim(reason), '') = '' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'a redaction needs a reason';
    END IF;
    IF EXISTS (SELECT FROM households_household WHERE id = household) THEN
        RAISE object_in_use USING MESSAGE = format('household %s is still there; remove it first', household);
    END IF;
    SELECT pgh_commune_id AS commune, pgh_village_id AS village INTO place FROM households_householdevent
     WHERE pgh_obj_id = household AND pgh_label = 'delete' ORDER BY pgh_id DESC LIMIT 1;
    IF NOT FOUND THEN
        RAISE no_data_found USING MESSAGE = format('no household %s was ever removed', household);
    END IF;
    PERFORM set_config('sonha.redacting', 'on', true);
    FOR item IN SELECT key AS name, value -> 'columns' AS wanted, value ->> 'key' AS link,
                       coalesce((value ->> 'drop')::boolean, false) AS is_dropped FROM jsonb_each(plan)
    LOOP
        columns := ARRAY(SELECT jsonb_array_elements_text(item.wanted));
        -- What hangs on the household and stayed when it was removed; the events that this writes come next.
        IF item.link <> 'id' THEN
            FOR image IN EXECUTE format('SELECT to_jsonb(t) FROM %I t WHERE %I = $1', item.name, item.link)
                USING household
            LOOP
                texts := texts || ARRAY(SELECT image ->> wanted FROM unnest(columns) wanted);
            END LOOP;
            IF item.is_dropped THEN
                EXECUTE format('DELETE FROM %I WHERE %I = $1', item.name, item.link) USING household;
            ELSE
                SELECT string_agg(format('%I = %s', attname, CASE WHEN attnotnull THEN '''''' ELSE 'NULL' END), ', ')
                  INTO assignments FROM pg_attribute WHERE attrelid = item.name::regclass AND attname = ANY (columns);
                EXECUTE format('UPDATE %I SET %s WHERE %I = $1', item.name, assignments, item.link) USING household;
            END IF;
            GET DIAGNOSTICS counted = ROW_COUNT;
            touched := touched + counted;
        END IF;
        SELECT split_part(encode(tgargs, 'escape'), '\000', 1) INTO events FROM pg_trigger
         WHERE tgrelid = item.name::regclass AND tgname = item.name || '_history_delete';
        IF events IS NOT NULL THEN
            condition := format('%I = $1', CASE WHEN item.link = 'id' THEN 'pgh_obj_id' ELSE item.link END);
            FOR image IN EXECUTE format('SELECT to_jsonb(e) FROM %I e WHERE %s', events, condition) USING household LOOP
                texts := texts || ARRAY(SELECT image ->> wanted FROM unnest(columns) wanted);
            END LOOP;
            SELECT string_agg(format('%I = NULL', attname), ', '), string_agg(quote_ident(attname), ', ')
              INTO assignments, names FROM pg_attribute WHERE attrelid = events::regclass AND attname = ANY (columns);
            EXECUTE format('UPDATE %I SET %s WHERE %s AND num_nonnulls(%s) > 0', events, assignments, condition, names)
                USING household;
            GET DIAGNOSTICS counted = ROW_COUNT;
            touched := touched + counted;
        END IF;
        -- What the changes kept for an undo, which cannot put such a row back any more.
        condition := format('"table" = %L AND before IS NOT NULL AND (before ?| $1) AND (%s)', item.name,
            CASE WHEN item.link = 'id' THEN 'row_id = $2' ELSE format('before ->> %L = $2::text', item.link) END);
        FOR image IN EXECUTE 'SELECT before FROM mapping_change WHERE ' || condition USING columns, household LOOP
            texts := texts || ARRAY(SELECT image ->> wanted FROM unnest(columns) wanted);
        END LOOP;
        EXECUTE 'UPDATE mapping_change SET before = (before - $1) || ''{"redacted": true}'' WHERE ' || condition
            USING columns, household;
        GET DIAGNOSTICS counted = ROW_COUNT;
        touched := touched + counted;
    END LOOP;
    -- Values of some length, long ones first: "An" alone would take letters out of other words.
    FOR word IN SELECT text FROM unnest(texts) text WHERE length(text) >= 6 AND text ~ '[^0-9.:-]|[0-9]{9}'
                 GROUP BY text ORDER BY length(text) DESC
    LOOP
        quoted := substr(to_jsonb(word)::text, 2, length(to_jsonb(word)::text) - 2);
        FOR told IN SELECT * FROM (VALUES
            ('mapping_auditentry', 'subject', 'commune_id'), ('mapping_auditentry', 'why', 'commune_id'),
            ('mapping_auditentry', 'detail', 'commune_id'), ('mapping_changeset', 'subject', 'commune_id'),
            ('mapping_job', 'sentence', 'commune_id'), ('mapping_job', 'params', 'commune_id'),
            ('mapping_job', 'result', 'commune_id'), ('households_importrun', 'report', 'commune_id'),
            ('households_importrun', 'reading', 'commune_id')) told (name, field, commune)
        LOOP
            EXECUTE format('UPDATE %1$I SET %2$I = replace(%2$I::text, $1, $2)::%4$s
                             WHERE %3$I = $3 AND strpos(%2$I::text, $1) > 0', told.name, told.field, told.commune,
                (SELECT format_type(atttypid, NULL) FROM pg_attribute
                  WHERE attrelid = told.name::regclass AND attname = told.field))
                USING CASE WHEN told.field IN ('detail', 'params', 'result', 'report', 'reading') THEN quoted
                           ELSE word END, gone, place.commune;
            GET DIAGNOSTICS counted = ROW_COUNT;
            touched := touched + counted;
        END LOOP;
        UPDATE django_admin_log SET object_repr = replace(object_repr, word, gone),
                                    change_message = replace(change_message, word, gone)
         WHERE strpos(object_repr, word) > 0 OR strpos(change_message, word) > 0;
    END LOOP;
    INSERT INTO mapping_auditentry (at, user_id, user_name, address, path, why, action, subject, "table", row_id,
                                    commune_id, village_id, count, detail)
    SELECT clock_timestamp(), (context ->> 'user')::bigint, left(coalesce(context ->> 'name', session_user), 250),
           left(coalesce(context ->> 'address', ''), 45), '', left(reason, 500), 'redact', '', 'households_household',
           household, place.commune, place.village, least(touched, 2147483647), jsonb_build_object('tables', plan)
      FROM (SELECT nullif(current_setting('sonha.context', true), '')::jsonb AS context) acting;
    PERFORM set_config('sonha.redacting', 'off', true);
    RETURN touched;
END $body$;
REVOKE ALL ON FUNCTION sonha_redact_household(uuid, text, jsonb) FROM PUBLIC;
"""
