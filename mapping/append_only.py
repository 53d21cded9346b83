"""Tables to which rows are added and from which none is taken: the operations that a migration puts in.

Two locks, so that one mistake opens neither: the web and worker roles have no privilege to change or delete, and a
trigger refuses both, and TRUNCATE, to everyone. Only a function of the tables' owner that redacts a person
(`mapping/migrations/0012_redaction.py`) opens the trigger, for the time that it runs.
"""

from __future__ import annotations

from django.db import migrations

REFUSE = """
CREATE FUNCTION sonha_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('sonha.redacting', true) = 'on' AND current_user = (
        SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID
    ) THEN
        RETURN NULL;
    END IF;
    RAISE insufficient_privilege USING
        MESSAGE = format('rows of %s are only added, never changed or deleted (%s)', TG_TABLE_NAME, TG_OP),
        SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END $body$
"""
REFUSE_BACK = "DROP FUNCTION sonha_refuse_change()"


def append_only(table: str, *, written_by_triggers: bool = False) -> migrations.RunSQL:
    """Let rows of a table be added and read; with `written_by_triggers` the web and worker roles only read them."""
    privileges = "SELECT" if written_by_triggers else "SELECT, INSERT"
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION sonha_refuse_change();
        CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION sonha_refuse_change();
        DO $$
        DECLARE role_name text;
        BEGIN
            FOREACH role_name IN ARRAY ARRAY['sonha_web', 'sonha_worker'] LOOP
                IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name AND rolname <> current_user) THEN
                    EXECUTE format('REVOKE ALL ON {table} FROM %I', role_name);
                    EXECUTE format('GRANT {privileges} ON {table} TO %I', role_name);
                END IF;
            END LOOP;
        END $$;
        """,
        f"""
        DROP TRIGGER {table}_is_append_only ON {table};
        DROP TRIGGER {table}_is_never_emptied ON {table};
        """,
    )


def seen_where(table: str, sees: str) -> migrations.RunSQL:
    """Put the wall on such a table: read where `sees` holds, added to by whoever may add at all."""
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY {table}_sees ON {table} FOR SELECT USING ({sees});
        CREATE POLICY {table}_adds ON {table} FOR INSERT WITH CHECK (true);
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sonha_web') AND current_user <> 'sonha_web' THEN
                CREATE POLICY {table}_owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);
            ELSE
                CREATE POLICY {table}_redacted ON {table} FOR UPDATE
                    USING (current_setting('sonha.redacting', true) = 'on');
            END IF;
        END $$;
        """,
        f"""
        DROP POLICY IF EXISTS {table}_owner ON {table};
        DROP POLICY IF EXISTS {table}_redacted ON {table};
        DROP POLICY {table}_sees ON {table};
        DROP POLICY {table}_adds ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )
