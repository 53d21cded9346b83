"""Whoever edits the soil of a commune keeps what its changes did and takes them back, and sees no other undo record.

The wall of `mapping_change` lets those through who may change people. Rows of the soil map hold no people, and those who
work on it change none: they get policies of their own, for images of this floor's tables alone.
"""

from django.db import migrations

_UNITS = "(SELECT sonha_units_of('sonha.soil'))::bigint[]"
_OF_SOIL = f"""
    starts_with(mapping_change."table", 'soil_map_')
    AND ((SELECT current_setting('sonha.soil', true) = '*') OR EXISTS (
        SELECT FROM mapping_changeset action JOIN mapping_unit commune ON commune.id = action.commune_id
         WHERE action.id = mapping_change.changeset_id
           AND (commune.id = ANY ({_UNITS}) OR commune.parent_id = ANY ({_UNITS}))))
"""
_WALL = f"CREATE POLICY mapping_change_of_soil ON mapping_change USING ({_OF_SOIL}) WITH CHECK ({_OF_SOIL});"


class Migration(migrations.Migration):
    dependencies = [("mapping", "0017_kept_until"), ("soil_map", "0006_shapes_go_with_units")]

    operations = [migrations.RunSQL(_WALL, "DROP POLICY mapping_change_of_soil ON mapping_change")]
