"""A map sheet for tests: a waved commune north of 19°N with four classes, points and an uncertainty."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import shapely

from soil_map import classes, zones
from soil_map.kriging.ordinary import Grid
from soil_map.sheets.content import Inset, MapSheet, SheetClass, SheetPoint

SRID = 5897
COLOURS = ((0.70, 0.09, 0.17), (0.96, 0.65, 0.51), (0.65, 0.86, 0.63), (0.35, 0.68, 0.38))
LABELS = ("rất chua", "ít chua", "trung tính", "kiềm")
LIMITS = ("dưới 4", "4 đến dưới 6", "6 đến dưới 7", "từ 7")


def grid(columns: int = 90, rows: int = 60) -> Grid:
    return Grid(575_000.0, 2_190_000.0, 50.0, rows, columns)


def waved(of: Grid) -> Any:
    x, y = np.meshgrid(of.eastings(), of.northings())
    return 5.2 + 1.6 * np.sin((x - 575_000) / 900) + 0.9 * np.cos((y - 2_190_000) / 700)


def round_area(of: Grid) -> shapely.Polygon:
    turn = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    x = of.west + of.columns * of.cell * (0.5 + 0.45 * np.cos(turn) * (1 + 0.06 * np.sin(3 * turn)))
    y = of.north - of.rows * of.cell * (0.5 + 0.45 * np.sin(turn) * (1 + 0.05 * np.cos(5 * turn)))
    return shapely.Polygon(np.column_stack([x, y]))


def map_sheet(of: Grid | None = None, **changes: Any) -> MapSheet:
    of = of or grid()
    area = round_area(of)
    found = zones.zones_of(waved(of), of, classes.scheme([None, 4.0, 6.0, 7.0]), area)
    by_place = {zone.place: zone for zone in found}
    entries = tuple(
        SheetClass(
            mark=str(place + 1), label=LABELS[place], limits=LIMITS[place], colour=COLOURS[place],
            area_m2=by_place[place].area_m2 if place in by_place else 0.0,
            outline=by_place[place].outline if place in by_place else shapely.MultiPolygon(),
        )
        for place in range(4)
    )  # fmt: skip
    x, y = np.meshgrid(of.eastings()[4::9], of.northings()[4::9])
    inside = shapely.contains_xy(area, x, y)
    fields: dict[str, Any] = {
        "title": "BẢN ĐỒ ĐỘ CHUA pH CỦA ĐẤT",
        "subtitle": "pH(KCl), tầng đất 0–20 cm, Đợt 2025",
        "place": "Xã Thử, tỉnh Thanh Hóa",
        "legend_title": "pH(KCl) (Bắc Ninh 2021)",
        "classes": entries,
        "srid": SRID,
        "meridian": "múi chiếu 3°, kinh tuyến trục 105°00′",
        "outline": area.buffer(40),
        "villages": [("Thôn Xa Thư", area)],
        "points": [SheetPoint(float(px), float(py), 1) for px, py in zip(x[inside], y[inside], strict=True)],
        "notes": [("Nguồn", "Đợt 2025, 220 mẫu."), ("Chắc đến đâu", "Ranh giới giữa các cấp là ước lượng.")],
        "printed_on": datetime.date(2026, 11, 27),
        "inset": Inset("Độ lệch chuẩn", "", 2, 0.2 + 0.1 * np.abs(waved(of) - 5), of, area),
    }
    return MapSheet(**(fields | changes))
