"""Outlines simplified for tiles, and the trigger that keeps them in step with the units."""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
from django.db import migrations, models

# Half a pixel of a 512-pixel tile at the level. The name stands in the middle where that lies inside.
KEEP_SHAPES = """
CREATE FUNCTION mapping_keep_unit_shapes() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    DELETE FROM mapping_unitshape WHERE unit_id = NEW.id;
    IF NEW.outline IS NOT NULL THEN
        INSERT INTO mapping_unitshape (unit_id, level, outline, label_at)
        SELECT NEW.id, level,
               ST_SimplifyPreserveTopology(whole.outline, 40075016.68 / 1024 / (1 << level)),
               CASE WHEN ST_Contains(whole.outline, ST_Centroid(whole.outline))
                    THEN ST_Centroid(whole.outline) ELSE ST_PointOnSurface(whole.outline) END
        FROM (SELECT ST_Transform(NEW.outline, 3857) AS outline OFFSET 0) whole,
             unnest(ARRAY[6, 8, 10, 12, 14]) level;
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER keep_unit_shapes AFTER INSERT OR UPDATE OF outline ON mapping_unit
    FOR EACH ROW EXECUTE FUNCTION mapping_keep_unit_shapes();
UPDATE mapping_unit SET outline = outline WHERE outline IS NOT NULL;
"""
FORGET_SHAPES = """
DROP TRIGGER keep_unit_shapes ON mapping_unit;
DROP FUNCTION mapping_keep_unit_shapes();
"""


class Migration(migrations.Migration):
    dependencies = [("mapping", "0002_vn2000_zones")]

    operations = [
        migrations.CreateModel(
            name="UnitShape",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
                ("outline", django.contrib.gis.db.models.fields.GeometryField(srid=3857)),
                ("label_at", django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=3857)),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="mapping.unit"),
                ),
            ],
            options={
                "verbose_name": "nét ranh giới",
                "verbose_name_plural": "nét ranh giới",
                "constraints": [models.UniqueConstraint(fields=("unit", "level"), name="shape_once_a_level")],
            },
        ),
        migrations.RunSQL(KEEP_SHAPES, FORGET_SHAPES),
    ]
