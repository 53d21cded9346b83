"""The triggers that write down what becomes of accounts, also by hand in the database: made by a migration.

Beside `mapping/history_sql.py`, for three reasons. A sign-in updates an account and each use a key or a phone, and that
is no event. What changed is named, so that a new password shows although its hash is kept nowhere else. And a phone
that somebody only looks at while setting it up is none yet. Rows are few here, so a trigger for each row will do.
"""

from __future__ import annotations

from django.db import migrations

# Arguments: the table of events or ""; columns whose change is no event; the column of the unit or ""; the key's type.
KEEP = """
CREATE FUNCTION sonha_keep_account_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
DECLARE
    events constant text := TG_ARGV[0];
    unseen constant text[] := string_to_array(TG_ARGV[1], ',');
    moment constant timestamptz := clock_timestamp();
    context jsonb := coalesce(nullif(current_setting('sonha.context', true), '')::jsonb,
                              jsonb_build_object('name', session_user::text));
    old_row constant jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    new_row constant jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    either constant jsonb := coalesce(old_row, new_row);
    unit constant bigint := (either ->> TG_ARGV[2])::bigint;
    changed text[];
    columns text;
BEGIN
    IF either ? 'confirmed' AND NOT coalesce((old_row ->> 'confirmed')::boolean, false)
       AND NOT coalesce((new_row ->> 'confirmed')::boolean, false) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT array_agg(kept.key ORDER BY kept.key) INTO changed FROM jsonb_each(old_row) kept
         WHERE kept.value IS DISTINCT FROM new_row -> kept.key AND kept.key <> ALL (unseen);
        IF changed IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    IF events <> '' THEN
        SELECT coalesce(string_agg(format(', %I', attname), ''), '') INTO columns FROM pg_attribute
         WHERE attrelid = events::regclass AND attnum > 0 AND NOT attisdropped AND old_row ? attname::text;
        EXECUTE format($query$
            INSERT INTO %1$I (pgh_created_at, pgh_label, pgh_context, pgh_commune_id, pgh_obj_id%2$s)
            SELECT $1, lower($2), $3, $4, $5::%3$s%2$s FROM jsonb_populate_record(NULL::%1$I, $6)
        $query$, events, columns, TG_ARGV[3])
            USING moment, TG_OP, context, unit, either ->> 'id', coalesce(old_row, '{}');
    END IF;
    INSERT INTO mapping_auditentry (at, user_id, user_name, address, path, why, action, subject, "table",
                                    row_id, commune_id, count, detail)
    SELECT moment, (context ->> 'user')::bigint, left(coalesce(context ->> 'name', ''), 250),
           left(coalesce(context ->> 'address', ''), 45), left(coalesce(context ->> 'path', ''), 200),
           left(coalesce(context ->> 'why', ''), 500), 'row.' || lower(TG_OP),
           left(coalesce(either ->> 'username', (SELECT username FROM mapping_user
                                                  WHERE id = (either ->> 'user_id')::bigint), ''), 200),
           TG_TABLE_NAME, CASE WHEN TG_ARGV[3] = 'uuid' THEN (either ->> 'id')::uuid END, unit, 1,
           CASE WHEN changed IS NULL THEN '{}' ELSE jsonb_build_object('changed', changed) END;
    RETURN NULL;
END $body$
"""
KEEP_BACK = "DROP FUNCTION sonha_keep_account_history()"


def keeps_account_history(
    table: str, events: str = "", *, unseen: tuple[str, ...] = (), unit: str = "", key_type: str = "bigint"
) -> list[migrations.RunSQL]:
    """Let every change of a row of `table` be an entry of the audit, and an event where there is a table of events.

    `unseen` are columns whose change alone is neither; `unit` is the column that says where the row belongs.
    """
    arguments = ", ".join(f"'{text}'" for text in (events, ",".join(unseen), unit, key_type))
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_history_{verb} AFTER {verb} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION sonha_keep_account_history({arguments})",
            f"DROP TRIGGER {table}_history_{verb} ON {table}",
        )
        for verb in ("insert", "update", "delete")
    ]
