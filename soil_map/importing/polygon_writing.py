"""Write what was planned for a file of soil units or parcels, each table in one go, as one change set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import shapely
from django.db import connection
from django.utils import timezone

from mapping import changes
from mapping.id_blocks import ends_of, id_in, new_block
from mapping.models import ChangeSet, Unit
from soil_map import shapes
from soil_map.importing.polygon_standing import Known, map_of
from soil_map.importing.polygons.meaning import Meaning
from soil_map.importing.polygons.planning import Plan, Polygon
from soil_map.importing.polygons.rows import ParcelRow, SoilRow
from soil_map.models import Parcel, SoilComponent, SoilImport, SoilImportKind, SoilMapVersion, SoilUnit

PARCELS: Final = Parcel._meta.db_table
MAPS: Final = SoilMapVersion._meta.db_table
UNITS: Final = SoilUnit._meta.db_table
COMPONENTS: Final = SoilComponent._meta.db_table
_PARCEL_COLUMNS: Final = (
    "id", "commune_id", "sheet", "number", "land_use", "area_m2", "outline", "version", "created_at", "updated_at",
)  # fmt: skip
_UNIT_COLUMNS: Final = ("id", "map_id", "symbol", "area_m2", "outline", "drawn", "version")
_COMPONENT_COLUMNS: Final = ("id", "unit_id", "percent", "name", "wrb_group", "version")
_CHANGE_PARCELS: Final = f"""
UPDATE {PARCELS} parcel
   SET land_use = told.land_use, area_m2 = told.area, outline = told.outline::geometry, version = parcel.version + 1,
       updated_at = now()
  FROM unnest(%s::uuid[], %s::text[], %s::float8[], %s::text[]) told (id, land_use, area, outline)
 WHERE parcel.id = told.id
"""
_CHANGE_UNITS: Final = f"""
UPDATE {UNITS} unit SET symbol = told.symbol, version = unit.version + 1
  FROM unnest(%s::uuid[], %s::text[]) told (id, symbol)
 WHERE unit.id = told.id
"""


def write(plan: Plan, known: Known, unit: Unit, kind: str, meaning: Meaning, changeset: ChangeSet) -> dict[str, int]:
    """Write the plan under `changeset`; call inside the transaction that made the plan. Returns how much of what."""
    changed = plan.changed if meaning.with_changes else []
    if kind == SoilImportKind.PARCELS:
        _change_parcels(changed, known, changeset)
        changes.seal(changeset)
        _add_parcels(plan.new, unit, changeset)
    else:
        soil_map = map_of(unit, meaning)
        parts = _change_units(changed, known, changeset)
        changes.seal(changeset)
        if soil_map is None and plan.new:
            soil_map = _add_map(unit, meaning, changeset)
        if soil_map is not None and (plan.new or changed):
            _add_units(plan.new, parts, soil_map, changeset)
            shapes.draw_map(soil_map)
    return {"added": len(plan.new), "changed": len(changed)}


def draw_anew(soil_import: SoilImport) -> None:
    """Draw the tiles' shapes of a soil map again, some of whose units an undo has taken away."""
    soil_map = map_of(soil_import.commune, Meaning.from_json(soil_import.meaning))
    if soil_map is not None:
        shapes.draw_map(soil_map)


def _change_parcels(changed: list[tuple[int, Polygon]], known: Known, changeset: ChangeSet) -> None:
    if not changed:
        return
    ids = [known.ids[at] for at, _one in changed]
    changes.remember(changeset, PARCELS, ids)
    uses = [one.row.land_use for _at, one in changed if isinstance(one.row, ParcelRow)]
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANGE_PARCELS,
            [ids, uses, [one.area_m2 for _at, one in changed], [_outline(one) for _at, one in changed]],
        )


def _add_parcels(new: list[Polygon], unit: Unit, changeset: ChangeSet) -> None:
    block, now = new_block(), timezone.now()
    rows = (
        (str(id_in(block, number)), unit.pk, one.row.sheet, one.row.number, one.row.land_use, one.area_m2,
         _outline(one), 1, now, now)
        for number, one in enumerate(new)
        if isinstance(one.row, ParcelRow)
    )  # fmt: skip
    _copy(PARCELS, _PARCEL_COLUMNS, rows, changeset, block, len(new))


def _add_map(unit: Unit, meaning: Meaning, changeset: ChangeSet) -> SoilMapVersion:
    said = meaning.map
    soil_map = SoilMapVersion.objects.create(
        commune=unit,
        title=said["title"],
        legend=said["legend"],
        edition=said["edition"],
        scale=int(said["scale"]) if said.get("scale") else None,
        surveyed_in=int(said["surveyed_in"]) if said.get("surveyed_in") else None,
        source=said.get("source", ""),
    )
    changes.added(changeset, MAPS, [soil_map.pk])
    return soil_map


def _change_units(changed: list[tuple[int, Polygon]], known: Known, changeset: ChangeSet) -> list[tuple[str, SoilRow]]:
    """Change symbols and take away soils; those that come in their stead are returned, to be added with all others."""
    if not changed:
        return []
    ids = [known.ids[at] for at, _one in changed]
    changes.remember(changeset, UNITS, ids)
    gone = list(SoilComponent.objects.filter(unit__in=ids).values_list("pk", flat=True))
    changes.remember(changeset, COMPONENTS, gone)
    rows = [one.row for _at, one in changed if isinstance(one.row, SoilRow)]
    with connection.cursor() as cursor:
        cursor.execute(_CHANGE_UNITS, [ids, [row.symbol for row in rows]])
        cursor.execute(f"DELETE FROM {COMPONENTS} WHERE id = ANY(%s)", [gone])
    return [(str(pk), row) for pk, row in zip(ids, rows, strict=True)]


def _add_units(
    new: list[Polygon], parts: list[tuple[str, SoilRow]], soil_map: SoilMapVersion, changeset: ChangeSet
) -> None:
    block = new_block()
    rows = (
        (str(id_in(block, number)), soil_map.pk, one.row.symbol, one.area_m2, _outline(one),
         None if one.drawn is None else _hex(one.drawn), 1)
        for number, one in enumerate(new)
        if isinstance(one.row, SoilRow)
    )  # fmt: skip
    _copy(UNITS, _UNIT_COLUMNS, rows, changeset, block, len(new))
    parts = parts + [
        (str(id_in(block, number)), one.row) for number, one in enumerate(new) if isinstance(one.row, SoilRow)
    ]
    inner = new_block()
    told = [
        (unit, part.percent, part.name, row.wrb if at == 0 else "")
        for unit, row in parts
        for at, part in enumerate(row.components)
    ]
    lines = ((str(id_in(inner, number)), *one, 1) for number, one in enumerate(told))
    _copy(COMPONENTS, _COMPONENT_COLUMNS, lines, changeset, inner, len(told))


def _outline(one: Polygon) -> str:
    outline = one.outline if one.outline.geom_type == "MultiPolygon" else shapely.MultiPolygon([one.outline])
    return _hex(outline)


def _hex(shape: shapely.Geometry) -> str:
    return str(shapely.to_wkb(shapely.set_srid(shape, 4326), hex=True, include_srid=True))


def _copy(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], changeset: ChangeSet, block: str, count: int
) -> None:
    """Add rows with ids of a block, and remember them as a range."""
    if not count:
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    first, last = ends_of(block)
    changes.added_range(changeset, table, first_id=first, last_id=last, count=count)
