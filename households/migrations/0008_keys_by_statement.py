"""Foreign keys of houses and of what hangs on them, checked once a statement instead of once a row.

PostgreSQL checks a foreign key row by row, 5 µs each, which is two seconds of an import of 100,000 rows. These
triggers hold the same promise at every time and for every program: no row points at a parent that is not there.

* A row that comes or is pointed elsewhere: its statement finds all the parents at once, and locks those that this
  transaction did not make itself against deletion, in one order. Whoever deletes such a parent waits and then sees
  the row; whoever comes after a deletion waits and then misses the parent.
* A parent that goes is looked for when its transaction ends, as before, so that an undo may take rows away and put
  their children elsewhere in any order. At a higher isolation than READ COMMITTED a transaction cannot see rows that
  came after its first look, so there no parent may be deleted at all.
* A parent's key never changes, and no parent is truncated away from under its children.

The functions run as their owner, as PostgreSQL's own checks do: whoever may write rows need not see all parents.
"""

import django.db.models.deletion
from django.db import migrations, models

UNIT, HOUSE, HOUSEHOLD, EXTERNAL_ID = (
    "mapping_unit",
    "households_house",
    "households_household",
    "households_houseexternalid",
)
KEYS = (
    (HOUSE, "commune_id", UNIT),
    (HOUSE, "village_id", UNIT),
    (HOUSEHOLD, "house_id", HOUSE),
    (EXTERNAL_ID, "house_id", HOUSE),
)
AS_OWNER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"

# Planned anew each time: a plan made for one row would be kept for a hundred thousand, and the other way round. A
# parent whose xmin is this transaction's own number was made or written by it, so nobody else can delete it now. One
# that was made inside a savepoint has another number and is merely locked too.
PARENT_IS_THERE = f"""
CREATE FUNCTION households_require_parents() RETURNS trigger {AS_OWNER} AS $body$
DECLARE
    parent constant text := TG_ARGV[1];
    wanted text := format('SELECT %1$I AS id FROM arrived WHERE %1$I IS NOT NULL', TG_ARGV[0]);
    missing bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        wanted := wanted || format(' EXCEPT SELECT %I FROM gone', TG_ARGV[0]);
    END IF;
    EXECUTE format($query$
        WITH others AS MATERIALIZED (
            SELECT DISTINCT id FROM (%1$s) wanted
             WHERE NOT EXISTS (SELECT FROM %2$I own WHERE own.id = wanted.id AND own.xmin = %3$L::xid)
        ), locked AS MATERIALIZED (
            SELECT parent.id FROM others JOIN %2$I parent USING (id) WHERE parent.xmin <> %3$L::xid
             ORDER BY parent.id FOR KEY SHARE OF parent
        )
        SELECT (SELECT count(*) FROM others) - (SELECT count(*) FROM locked)
    $query$, wanted, parent, pg_current_xact_id()::xid) INTO missing;
    IF missing <> 0 THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('%s.%s names %s row(s) of %s that are not there',
                             TG_TABLE_NAME, TG_ARGV[0], missing, parent),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = TG_ARGV[0], CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $body$
"""
KEY_STAYS = """
CREATE FUNCTION households_keep_key() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE foreign_key_violation USING
        MESSAGE = format('the key of a row of %s cannot change', TG_TABLE_NAME),
        SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $body$
"""


def children(parent: str) -> list[tuple[str, str]]:
    """Tables and columns that point at `parent` by these triggers."""
    return [(table, column) for table, column, target in KEYS if target == parent]


def require(table: str, column: str, parent: str) -> migrations.RunSQL:
    """What comes to `table` must point at a row of `parent`."""
    name = f"{table}_{column}_is_there"
    call = f"FOR EACH STATEMENT EXECUTE FUNCTION households_require_parents('{column}', '{parent}')"
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {name}_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS arrived {call};
        CREATE TRIGGER {name}_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS gone NEW TABLE AS arrived {call};
        """,
        f"DROP TRIGGER {name}_insert ON {table}; DROP TRIGGER {name}_update ON {table};",
    )


def keep(parent: str) -> migrations.RunSQL:
    """A row of `parent` stays, with its key, while something points at it."""
    refusals = "".join(
        f"""
            IF EXISTS (SELECT FROM {table} WHERE {column} = OLD.id) THEN
                RAISE foreign_key_violation USING
                    MESSAGE = '{table}.{column} still names a row of {parent} that was deleted',
                    SCHEMA = TG_TABLE_SCHEMA, TABLE = '{table}', COLUMN = '{column}', CONSTRAINT = TG_NAME;
            END IF;"""
        for table, column in children(parent)
    )
    emptied = " OR ".join(f"EXISTS (SELECT FROM {table})" for table in dict(children(parent)))
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {parent}_is_needed() RETURNS trigger {AS_OWNER} AS $body$
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                IF {emptied} THEN
                    RAISE foreign_key_violation USING
                        MESSAGE = 'other tables still name rows of {parent}',
                        SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
                END IF;
                RETURN NULL;
            END IF;
            IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
                RAISE feature_not_supported USING
                    MESSAGE = 'rows of {parent} can be deleted at the isolation level READ COMMITTED only';
            END IF;
            IF EXISTS (SELECT FROM {parent} WHERE id = OLD.id) THEN
                RETURN NULL; -- put back by the same transaction
            END IF;{refusals}
            RETURN NULL;
        END $body$;
        CREATE CONSTRAINT TRIGGER {parent}_is_needed AFTER DELETE ON {parent} DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION {parent}_is_needed();
        CREATE TRIGGER {parent}_is_needed_whole AFTER TRUNCATE ON {parent}
            FOR EACH STATEMENT EXECUTE FUNCTION {parent}_is_needed();
        CREATE TRIGGER {parent}_keeps_its_key BEFORE UPDATE OF id ON {parent}
            FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION households_keep_key();
        """,
        f"""
        DROP TRIGGER {parent}_is_needed ON {parent};
        DROP TRIGGER {parent}_is_needed_whole ON {parent};
        DROP TRIGGER {parent}_keeps_its_key ON {parent};
        DROP FUNCTION {parent}_is_needed();
        """,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0007_one_place_index"),
        ("mapping", "0005_change_of_row"),
    ]

    operations = [
        # The old keys go last when this is taken back first: rows are never without a guard.
        migrations.RunSQL(PARENT_IS_THERE, "DROP FUNCTION households_require_parents()"),
        migrations.RunSQL(KEY_STAYS, "DROP FUNCTION households_keep_key()"),
        *(require(*key) for key in KEYS),
        keep(UNIT),
        keep(HOUSE),
        migrations.AlterField(
            model_name="house",
            name="commune",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="mapping.unit",
                verbose_name="xã",
            ),
        ),
        migrations.AlterField(
            model_name="house",
            name="village",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="mapping.unit",
                verbose_name="thôn",
            ),
        ),
        migrations.AlterField(
            model_name="household",
            name="house",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="households",
                to="households.house",
                verbose_name="nhà",
            ),
        ),
        migrations.AlterField(
            model_name="houseexternalid",
            name="house",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="external_ids",
                to="households.house",
            ),
        ),
    ]
