"""The triggers that write the history of rows: the operations that a migration puts in.

One function serves every table. It reads which columns the event table has when it runs, so a new field needs no new
trigger, and it runs as the owner, so that whoever changes rows cannot write, change or delete an event.
"""

from __future__ import annotations

from django.db import migrations

from mapping.append_only import append_only, seen_where
from mapping.row_security import within

# Arguments: the table of events; SQL over the row `r` for its commune, its village and its key; the type of the key.
#
# Rows that one statement adds share events by the thousand, in each place of their own: an event for each of 100,000
# rows costs 0.3 s, these cost 0.1 s. Besides the events, the statement itself is an entry of the audit, one a commune.
KEEP = """
CREATE FUNCTION sonha_keep_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
DECLARE
    events constant text := TG_ARGV[0];
    commune constant text := TG_ARGV[1];
    village constant text := TG_ARGV[2];
    key constant text := TG_ARGV[3];
    changed constant text := CASE TG_OP WHEN 'INSERT' THEN 'arrived' ELSE 'gone' END;
    label constant text := lower(TG_OP);
    moment constant timestamptz := clock_timestamp();
    context jsonb := nullif(current_setting('sonha.context', true), '')::jsonb;
    columns text;
    selected text;
    rows_seen bigint;
    -- What the statement did, in each commune: `places` are commune, village, number of rows, and the key of one.
    entry constant text := $query$
        INSERT INTO mapping_auditentry (at, user_id, user_name, address, path, why, action, subject, "table",
                                        row_id, commune_id, village_id, count, detail)
        SELECT $1, ($3 ->> 'user')::bigint, left(coalesce($3 ->> 'name', ''), 250),
               left(coalesce($3 ->> 'address', ''), 45), left(coalesce($3 ->> 'path', ''), 200),
               left(coalesce($3 ->> 'why', ''), 500), 'row.' || $2, '', $4,
               CASE WHEN sum(rows) = 1 THEN max(row_id)::uuid END, commune,
               CASE WHEN count(*) = 1 THEN min(village) END, sum(rows), '{}'
          FROM places GROUP BY commune
    $query$;
BEGIN
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %I LIMIT 101) sample', changed) INTO rows_seen;
    IF rows_seen = 0 THEN
        RETURN NULL;
    END IF;
    context := coalesce(context, jsonb_build_object('name', session_user::text));
    IF TG_OP = 'INSERT' AND rows_seen > 100 AND TG_ARGV[4] = 'uuid' THEN
        EXECUTE format($query$
            WITH arrived_at AS (
                SELECT %1$s AS commune, %2$s AS village, array_agg(%3$s ORDER BY %3$s) AS ids
                  FROM arrived r GROUP BY 1, 2
            ), events AS (
                INSERT INTO %4$I (pgh_created_at, pgh_label, pgh_context, pgh_commune_id, pgh_village_id,
                                  pgh_objs, pgh_first, pgh_last)
                SELECT $1, $2, $3, commune, village, part, part[1], part[cardinality(part)]
                  FROM arrived_at CROSS JOIN generate_series(1, cardinality(ids), 1000) first
                 CROSS JOIN LATERAL (SELECT ids[first:first + 999] AS part) parts
            ), places AS (
                SELECT commune, village, cardinality(ids) AS rows, NULL::text AS row_id FROM arrived_at
            )
        $query$, commune, village, key, events) || entry USING moment, label, context, TG_TABLE_NAME;
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        SELECT string_agg(format(', %I', kept.attname), ''), string_agg(format(', r.%I', kept.attname), '')
          INTO columns, selected
          FROM pg_attribute kept JOIN pg_attribute own ON own.attname = kept.attname AND own.attrelid = TG_RELID
         WHERE kept.attrelid = events::regclass AND kept.attnum > 0 AND NOT kept.attisdropped;
    END IF;
    EXECUTE format($query$
        WITH events AS (
            INSERT INTO %1$I (pgh_created_at, pgh_label, pgh_context, pgh_commune_id, pgh_village_id, pgh_obj_id%2$s)
            SELECT $1, $2, $3, %3$s, %4$s, %5$s%6$s FROM %7$I r
        ), places AS (
            SELECT %3$s AS commune, %4$s AS village, count(*) AS rows,
                   CASE WHEN %8$L = 'uuid' AND count(*) = 1 THEN max(%5$s::text) END AS row_id
              FROM %7$I r GROUP BY 1, 2
        )
    $query$, events, columns, commune, village, key, selected, changed, TG_ARGV[4]) || entry
        USING moment, label, context, TG_TABLE_NAME;
    RETURN NULL;
END $body$
"""
KEEP_BACK = "DROP FUNCTION sonha_keep_history()"


def keeps_history(
    table: str,
    events: str,
    *,
    commune: str = "r.commune_id",
    village: str = "NULL",
    key: str = "r.id",
    key_type: str = "uuid",
) -> migrations.RunSQL:
    """Let every statement that changes `table` write its events.

    `commune`, `village` and `key` are SQL over the row `r`; `key_type` is uuid, bigint or text.
    """
    arguments = (events, commune, f"({village})::bigint", key, key_type)
    quoted = ", ".join(f"$arg${text}$arg$" for text in arguments)
    call = f"FOR EACH STATEMENT EXECUTE FUNCTION sonha_keep_history({quoted})"
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {table}_history_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS arrived {call};
        CREATE TRIGGER {table}_history_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS gone {call};
        CREATE TRIGGER {table}_history_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone {call};
        """,
        f"""
        DROP TRIGGER {table}_history_insert ON {table};
        DROP TRIGGER {table}_history_update ON {table};
        DROP TRIGGER {table}_history_delete ON {table};
        """,
    )


def events_table(events: str) -> list[migrations.RunSQL]:
    """Make a table of events append-only, written by the triggers alone, and read where its rows' places are seen."""
    return [
        append_only(events, written_by_triggers=True),
        seen_where(events, within("sonha.sees", f"{events}.pgh_commune_id", f"{events}.pgh_village_id")),
    ]
