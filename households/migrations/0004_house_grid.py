"""The counted grid under the map's low zooms, and the statement-level triggers that keep it right."""

from django.db import migrations, models

# Whole metres, so that sums stay exact however often houses come and go. The cells of level 12 are counted once
# and halved down to level 8. Rows are written in the order of their key, so that two writers never deadlock.
COUNT = """
    WITH finest AS (
        SELECT commune_id, village_id,
               floor((x + 20037508.342789244) / (40075016.685578488 / (1 << 15)))::int AS cell_x,
               floor((20037508.342789244 - y) / (40075016.685578488 / (1 << 15)))::int AS cell_y,
               sum(sign) AS houses, sum(sign * round(x)) AS sum_x, sum(sign * round(y)) AS sum_y
        FROM (
            SELECT commune_id, coalesce(village_id, 0) AS village_id,
                   ST_X(location_3857) AS x, ST_Y(location_3857) AS y, sign
            FROM ({rows}) changed WHERE state = 'active'
        ) place
        GROUP BY 1, 2, 3, 4
    )
    INSERT INTO households_housegridcell AS cell (level, x, y, commune_id, village_id, houses, sum_x, sum_y)
    SELECT level, cell_x >> (12 - level), cell_y >> (12 - level), commune_id, village_id,
           sum(houses), sum(sum_x), sum(sum_y)
    FROM finest, generate_series(8, 12) level
    GROUP BY 1, 2, 3, 4, 5
    HAVING sum(houses) <> 0 OR sum(sum_x) <> 0 OR sum(sum_y) <> 0
    ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (level, x, y, commune_id, village_id) DO UPDATE
    SET houses = cell.houses + excluded.houses, sum_x = cell.sum_x + excluded.sum_x, sum_y = cell.sum_y + excluded.sum_y
"""
COLUMNS = "commune_id, village_id, location_3857, state"
ARRIVED = f"SELECT {COLUMNS}, 1 AS sign FROM arrived"
GONE = f"SELECT {COLUMNS}, -1 AS sign FROM gone"


def trigger(event: str, transition: str, rows: str) -> migrations.RunSQL:
    """Count what one kind of statement changes, from its transition tables."""
    name = f"households_count_{event.lower()}"
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            {COUNT.format(rows=rows)};
            RETURN NULL;
        END $body$;
        CREATE TRIGGER count_{event.lower()} AFTER {event} ON households_house
            REFERENCING {transition} FOR EACH STATEMENT EXECUTE FUNCTION {name}();
        """,
        f"DROP TRIGGER count_{event.lower()} ON households_house; DROP FUNCTION {name}();",
    )


class Migration(migrations.Migration):
    dependencies = [("households", "0003_house_codes")]

    operations = [
        migrations.CreateModel(
            name="HouseGridCell",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "level",
                        "x",
                        "y",
                        "commune_id",
                        "village_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("x", models.IntegerField()),
                ("y", models.IntegerField()),
                ("commune_id", models.BigIntegerField()),
                ("village_id", models.BigIntegerField()),
                ("houses", models.IntegerField()),
                ("sum_x", models.BigIntegerField()),
                ("sum_y", models.BigIntegerField()),
            ],
            options={"verbose_name": "ô đếm nhà", "verbose_name_plural": "ô đếm nhà"},
        ),
        trigger("INSERT", "NEW TABLE AS arrived", ARRIVED),
        trigger("DELETE", "OLD TABLE AS gone", GONE),
        trigger("UPDATE", "OLD TABLE AS gone NEW TABLE AS arrived", f"{ARRIVED} UNION ALL {GONE}"),
        migrations.RunSQL(
            COUNT.format(rows=f"SELECT {COLUMNS}, 1 AS sign FROM households_house"), migrations.RunSQL.noop
        ),
    ]
