"""What a reviewer with the web role's password could still do.

* Images of rows in an undo record are walled by the village they lay in, as the rows themselves are.
* An entry of the audit bears the database's own time, and what only triggers tell (`row.…`) nobody else may write.
"""

from django.db import migrations

UNITS = "(SELECT sonha_units_of('sonha.edits'))::bigint[]"
# Whoever works in single villages sees what lay there, what they did themselves, and rows that were merely added.
OF_CHANGESET = f"""
    (SELECT current_setting('sonha.edits', true) = '*') OR EXISTS (
        SELECT FROM mapping_changeset action JOIN mapping_unit commune ON commune.id = action.commune_id
         WHERE action.id = mapping_change.changeset_id
           AND (commune.id = ANY ({UNITS}) OR commune.parent_id = ANY ({UNITS})
                OR (EXISTS (SELECT FROM mapping_unit village
                             WHERE village.parent_id = commune.id AND village.id = ANY ({UNITS}))
                    AND (mapping_change.before IS NULL
                         OR (mapping_change.before ->> 'village_id')::bigint = ANY ({UNITS})
                         OR action.created_by_id::text = (SELECT current_setting('sonha.user', true))))))
"""
WALL = f"""
ALTER POLICY mapping_change_sees ON mapping_change USING ({OF_CHANGESET});
ALTER POLICY mapping_change_adds ON mapping_change WITH CHECK ({OF_CHANGESET});
ALTER POLICY mapping_change_edits ON mapping_change USING ({OF_CHANGESET}) WITH CHECK ({OF_CHANGESET});
ALTER POLICY mapping_change_removes ON mapping_change USING ({OF_CHANGESET});
"""
ENTRIES = """
CREATE FUNCTION mapping_true_entry() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF current_user::regrole = (SELECT relowner FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW; -- the triggers that keep the history, and a restore
    END IF;
    IF NEW.action LIKE 'row.%' THEN
        RAISE insufficient_privilege USING MESSAGE = format('only a trigger may tell of %L', NEW.action);
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $body$;
CREATE TRIGGER mapping_auditentry_is_true BEFORE INSERT ON mapping_auditentry
    FOR EACH ROW EXECUTE FUNCTION mapping_true_entry();
"""
ENTRIES_BACK = """
DROP TRIGGER mapping_auditentry_is_true ON mapping_auditentry;
DROP FUNCTION mapping_true_entry();
"""


class Migration(migrations.Migration):
    dependencies = [("mapping", "0011_history")]

    operations = [
        migrations.RunSQL(WALL, migrations.RunSQL.noop),
        migrations.RunSQL(ENTRIES, ENTRIES_BACK),
    ]
