"""Row-level security for tables that hold people: the operations that a migration puts in.

A row is seen where its commune or village, or the commune's province, is among the units of `sonha.sees`, and changed
where it is among those of `sonha.edits`; `mapping/wall.py` sets both at the begin of each transaction. The owner of
the tables, who migrates, backs up and answers searches in functions that scope themselves, has a policy of its own;
where one role does everything it has none, and every program acts within its own settings.
"""

from __future__ import annotations

from django.db import migrations

# Which units a setting names; nothing when it was never set, is empty, or is `*`, which is asked for separately.
UNITS_OF = """
CREATE FUNCTION sonha_units_of(setting text) RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS $body$
    SELECT nullif(nullif(current_setting(setting, true), ''), '*')::bigint[]
$body$
"""


def within(setting: str, commune: str, village: str | None) -> str:
    """Condition on a row: its unit, or one above it, is named by the setting.

    The settings are read once a statement (scalar subqueries), and what an index can use stays outside of this.
    """
    units = f"(SELECT sonha_units_of('{setting}'))::bigint[]"
    own = [commune] if village is None else [commune, village]
    return " OR ".join([
        f"(SELECT current_setting('{setting}', true) = '*')",
        *(f"{column} = ANY ({units})" for column in own),
        f"(SELECT parent_id FROM mapping_unit WHERE mapping_unit.id = {commune}) = ANY ({units})",
    ])  # fmt: skip


def policies(table: str, *, sees: str, edits: str, adds: str | None = None) -> migrations.RunSQL:
    """Enable and force the wall on a table with conditions of its own for reading and for writing.

    Whoever may edit may add, unless `adds` says who may.
    """
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY {table}_sees ON {table} FOR SELECT USING ({sees});
        CREATE POLICY {table}_adds ON {table} FOR INSERT WITH CHECK ({edits if adds is None else adds});
        CREATE POLICY {table}_edits ON {table} FOR UPDATE USING ({edits}) WITH CHECK ({edits});
        CREATE POLICY {table}_removes ON {table} FOR DELETE USING ({edits});
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sonha_web') AND current_user <> 'sonha_web' THEN
                CREATE POLICY {table}_owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);
            END IF;
        END $$;
        """,
        f"""
        DROP POLICY IF EXISTS {table}_owner ON {table};
        DROP POLICY {table}_sees ON {table};
        DROP POLICY {table}_adds ON {table};
        DROP POLICY {table}_edits ON {table};
        DROP POLICY {table}_removes ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


def wall_off(table: str, *, commune: str = "commune_id", village: str | None = "village_id") -> migrations.RunSQL:
    """Put the wall on a table whose rows name their commune and, unless `village` is None, their village."""
    return policies(
        table,
        sees=within("sonha.sees", f"{table}.{commune}", f"{table}.{village}" if village else None),
        edits=within("sonha.edits", f"{table}.{commune}", f"{table}.{village}" if village else None),
    )
