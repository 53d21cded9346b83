"""The report of a file of polygons as it is kept with its import, small enough for a page.

asked      what a person has to say before anything can be found: encoding, system, columns, sheet, map
candidates ways to read the coordinates, each with a picture of some polygons on the commune
doubt      systems that fit as well as the one that the file states and nobody confirmed, with a picture of both
counts     new, changed, same, doubles, refused, mended, crossing, overlaps, gaps: how many of what
faults, notes   [code, number, index of the column, figures]
overlaps   [number, name, number, name, m², share of the smaller one, longitude, latitude]; number 0 stands already
gaps       [m², longitude, latitude]; `open_gaps` are those that are open at an end
summary    [symbol or sheet, what it holds, polygons, m²] of what comes
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import shapely

from mapping import crs, placing
from soil_map.importing.polygon_standing import Known
from soil_map.importing.polygons import doubting
from soil_map.importing.polygons.meaning import Tabled
from soil_map.importing.polygons.model import PolygonFile, Shapes
from soil_map.importing.polygons.picture import picture_of
from soil_map.importing.polygons.planning import Commune, Plan, Polygon, in_degrees
from soil_map.importing.polygons.rows import Fault, SoilRow

MOST: Final = 2_000
"""So many faults, notes, overlaps and gaps are kept."""
_MOST_SUMMARY: Final = 300
_DRAWN: Final = 200
_SAMPLES: Final = 4
_MOST_LAYERS: Final = 200


def of_file(file: PolygonFile, found: Tabled, columns: dict[str, int]) -> dict[str, Any]:
    """What was read, whatever it may do."""
    return {
        "kind": file.kind, "layer": file.layer, "layers": list(file.layers[:_MOST_LAYERS]), "titles": found.titles,
        "samples": [_samples(column) for column in found.columns], "columns": columns, "polygons": len(found.shapes),
        "others": file.others, "stated": file.srid, "system": file.system, "is_drawing": file.is_drawing,
        "encoding": {
            "read": found.encoding, "certain": found.readings.certain,
            "candidates": [[one.key, round(one.share, 3), list(one.samples)] for one in found.readings.candidates],
        },
        "drawing": None if found.faces is None else {
            "line_layers": [list(one) for one in found.faces.line_layers[:_MOST_LAYERS]],
            "is_cut": found.faces.is_cut, "dangling": found.faces.dangling, "homeless": found.faces.homeless,
        },
    }  # fmt: skip


def _samples(column: list[str]) -> list[str]:
    found: dict[str, None] = {}
    for value in column:
        if value:
            found.setdefault(value[:60])
            if len(found) == _SAMPLES:
                break
    return list(found)


def of_candidates(finding: placing.Finding, found: Tabled, commune: Commune) -> dict[str, Any]:
    """What the coordinates may mean, each with some of the polygons as they would lie then."""
    outline = crs.to_zone(commune.outline, commune.zone)
    sample = found.shapes[:: max(1, -(-len(found.shapes) // _DRAWN))]
    told = []
    for one in finding.candidates:
        placed = in_degrees(sample, one.srid, swapped=one.swapped)
        flat = crs.to_zone(placed[[shape is not None for shape in placed]], commune.zone)
        away = None if one.inside or not np.isfinite(one.away_m) else round(one.away_m)
        told.append(
            {"key": one.key, "srid": one.srid, "swapped": one.swapped, "inside": one.inside, "total": one.total,
             "away_m": away, "picture": picture_of(outline, [("shape", flat)])}
        )  # fmt: skip
    return {"unambiguous": finding.unambiguous, "candidates": told}


def of_doubt(finding: placing.Finding, found: Tabled, srid: int, commune: Commune) -> dict[str, Any]:
    """The systems that the file could be in as well as in the one it states; nothing where there are none."""
    rivals = doubting.rivals_of(finding, found.shapes, srid, commune.zone)
    if not rivals:
        return {}
    told = [
        {"srid": one.srid, "inside": one.inside, "total": one.total, "shift_m": round(one.shift_m)} for one in rivals
    ]
    picture = doubting.picture_of_both(found.shapes, srid, rivals[0].srid, commune)
    return {"doubt": {"stated": srid, "rivals": told, "picture": picture}}


def of_plan(plan: Plan, known: Known, commune: Commune, *, with_changes: bool) -> dict[str, Any]:
    """What the file would do."""
    coming = [*plan.new, *(one for _at, one in plan.changed)]
    ground = plan.ground
    gaps = list(ground.gaps) if ground is not None else []
    opened = list(ground.open) if ground is not None else []
    return {
        "counts": {
            "new": len(plan.new), "changed": len(plan.changed), "same": plan.same, "doubles": plan.doubles,
            "refused": len(plan.faults), "mended": _count(plan.notes, "mended"),
            "crossing": _count(plan.notes, "crossing"), "overlaps": len(plan.overlaps), "gaps": len(gaps),
            "open_gaps": len(opened), "tiny_overlaps": plan.tiny_overlaps,
            "tiny_gaps": ground.tiny if ground is not None else 0,
        },
        "areas": {
            "new_m2": round(sum(one.area_m2 for one in plan.new), 1),
            "overlaps_m2": round(sum(one[-1].area_m2 for one in plan.overlaps), 1),
            "gaps_m2": round(sum(gap.area_m2 for gap in gaps), 1), "covered": round(plan.covered, 4),
            "open_gaps_m2": round(sum(gap.area_m2 for gap in opened), 1),
        },
        "issues_total": len(plan.faults),
        "does_something": bool(plan.new or (plan.changed and with_changes)),
        "promise": promise_of(plan, known),
        "faults": [_told(one) for one in plan.faults[:MOST]],
        "notes": [_told(one) for one in plan.notes[:MOST]],
        "overlaps": [
            [first, name, second, other, round(one.area_m2, 1), round(one.share, 4), *_place(one.shape, commune.zone)]
            for first, name, second, other, one in plan.overlaps[:MOST]
        ],
        "gaps": [[round(gap.area_m2, 1), *_place(gap.shape, commune.zone)] for gap in gaps[:MOST]],
        "open_gaps": [[round(gap.area_m2, 1), *_place(gap.shape, commune.zone)] for gap in opened[:MOST]],
        "summary": _summary(coming),
        "picture": _picture(plan, commune),
    }  # fmt: skip


def _count(notes: list[Fault], code: str) -> int:
    return sum(note.code == code for note in notes)


def _told(fault: Fault) -> list[Any]:
    return [fault.code, fault.number, fault.column, fault.params]


def _place(shape: shapely.Geometry, zone: int) -> list[float]:
    point = shapely.point_on_surface(shape)
    lng, lat = crs.to_lonlat(zone, point.x, point.y)
    return [round(float(lng[0]), 6), round(float(lat[0]), 6)]


def _summary(coming: Iterable[Polygon]) -> list[list[Any]]:
    rows: dict[tuple[str, str], list[Any]] = {}
    for one in coming:
        if isinstance(one.row, SoilRow):
            soils = ", ".join(f"{part.name} {part.percent:g} %" for part in one.row.components)
            key = (one.row.symbol, soils)
        else:
            key = (one.row.sheet, "")
        row = rows.setdefault(key, [*key, 0, 0.0])
        row[2] += 1
        row[3] += one.area_m2
    ordered = sorted(rows.values(), key=lambda row: (-row[3], row[0]))
    return [[*row[:3], round(row[3], 1)] for row in ordered[:_MOST_SUMMARY]]


def _picture(plan: Plan, commune: Commune) -> dict[str, Any]:
    outline = crs.to_zone(commune.outline, commune.zone)
    mended = {note.number for note in plan.notes if note.code == "mended"}
    coming = [*plan.new, *(one for _at, one in plan.changed)]
    gaps = (*plan.ground.gaps[:MOST], *plan.ground.open[:MOST]) if plan.ground is not None else ()
    spots = [
        ("mended", _array(one.flat for one in coming if one.number in mended)),
        ("gap", _array(gap.shape for gap in gaps)),
        ("overlap", _array(one[-1].shape for one in plan.overlaps[:MOST])),
    ]
    return picture_of(outline, [("shape", _array(one.flat for one in coming))], spots, is_close=True)


def _array(shapes: Iterable[shapely.Geometry]) -> Shapes:
    listed = list(shapes)
    made: Shapes = np.empty(len(listed), dtype=object)
    made[:] = listed
    return made


def promise_of(plan: Plan, known: Known) -> str:
    """The mark of all that the plan would write: it changes when the import would do anything else."""
    told = hashlib.sha256()
    for one in plan.new:
        told.update(repr(("new", one.number, one.row)).encode())
        told.update(shapely.to_wkb(one.outline))
    for at, one in plan.changed:
        told.update(repr(("changed", str(known.ids[at]), known.versions[at], one.number, one.row)).encode())
        told.update(shapely.to_wkb(one.outline))
    told.update(json.dumps([[fault.code, fault.number] for fault in plan.faults]).encode())
    return told.hexdigest()[:32]
