"""Soil units and parcels from files: read, understood or asked, shown, written in one change set, taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely
from django.db import transaction
from shapely import affinity

from mapping import crs
from mapping.errors import UserError
from mapping.models import Unit
from soil_map.importing import keeping, polygon_runs, undoing
from soil_map.models import Parcel, SoilComponent, SoilImport, SoilImportState, SoilMapVersion, SoilShape, SoilUnit
from tests.soil_map import polygon_files
from tests.soil_map.polygon_files import Row, parcel_rows, soil_rows

LEGEND = {"legend": "Phân loại đất Việt Nam 1:1.000.000", "edition": "1976"}
TITLE = "Bản đồ đất 2005"


def brought(path: Path, commune: Unit, kind: str = "soil_units", **said: Any) -> SoilImport:
    """An import that was checked, with `said` as its meaning."""
    if kind == "soil_units":
        said.setdefault("map", {"title": TITLE, **LEGEND})
    run = keeping.start(path=path, name=path.name, commune=commune, user=None, kind=kind)
    polygon_runs.check(run, said or None)
    return run


def applied(run: SoilImport) -> SoilImport:
    """The import, written."""
    with transaction.atomic():
        polygon_runs.apply(run, None)
    run.refresh_from_db()
    return run


@pytest.mark.parametrize("kind", polygon_files.FORMATS)
def test_soil_units_come_in_from_every_table(kind: str, commune: Unit, tmp_path: Path) -> None:
    run = brought(polygon_files.FORMATS[kind](tmp_path, soil_rows()), commune)
    assert run.report["asked"] == []
    assert run.report["counts"]["new"] == 9
    assert run.report["counts"]["refused"] == run.report["counts"]["overlaps"] == run.report["counts"]["gaps"] == 0
    run = applied(run)
    made = SoilMapVersion.objects.get(commune=commune, title=TITLE)
    assert (made.legend, made.edition) == (LEGEND["legend"], LEGEND["edition"])
    assert sorted(unit.symbol for unit in made.units.all()) == ["M"] * 3 + ["Pg"] * 3 + ["Xf"] * 3
    assert all(unit.area_m2 == pytest.approx(10_000, abs=5 if kind == "tab" else 0.01) for unit in made.units.all())
    mixed = made.units.filter(symbol="Xf").first()
    assert mixed is not None
    assert [(part.name, part.percent) for part in mixed.components.all()] == [("Đất xám", 70.0), ("Đất phèn", 30.0)]
    assert SoilShape.objects.filter(unit__map=made).exists()


def test_the_same_file_again_adds_nothing(commune: Unit, tmp_path: Path) -> None:
    path = polygon_files.shapefile(tmp_path, soil_rows())
    applied(brought(path, commune))
    again = brought(path, commune)
    assert again.report["counts"] | {"tiny_gaps": 0, "tiny_overlaps": 0} == {
        "new": 0, "changed": 0, "same": 9, "doubles": 0, "refused": 0, "mended": 0, "crossing": 0, "overlaps": 0,
        "gaps": 0, "open_gaps": 0, "tiny_gaps": 0, "tiny_overlaps": 0,
    }  # fmt: skip
    applied(again)
    assert SoilUnit.objects.count() == 9
    parcels = polygon_files.geopackage(tmp_path, parcel_rows(), "thửa.gpkg")
    applied(brought(parcels, commune, "parcels"))
    again = brought(parcels, commune, "parcels")
    assert (again.report["counts"]["new"], again.report["counts"]["same"]) == (0, 9)


def test_an_undo_takes_units_soils_map_and_shapes_away(commune: Unit, tmp_path: Path) -> None:
    run = applied(brought(polygon_files.geojson(tmp_path, soil_rows()), commune))
    with transaction.atomic():
        undoing.undo(run, None)
    assert not SoilUnit.objects.exists() and not SoilComponent.objects.exists()
    assert not SoilMapVersion.objects.exists() and not SoilShape.objects.exists()


def test_an_undo_of_some_units_draws_those_that_stay_and_what_was_changed_comes_back(
    commune: Unit, tmp_path: Path
) -> None:
    rows = soil_rows()
    applied(brought(polygon_files.geojson(tmp_path, rows[:6], "a.geojson"), commune))
    other = [({**rows[0][0], "ky_hieu": "Pb", "ten_dat_1": "Đất phù sa được bồi"}, rows[0][1]), *rows[1:]]
    run = brought(polygon_files.geojson(tmp_path, other, "b.geojson"), commune)
    assert [run.report["counts"][name] for name in ("new", "changed", "same")] == [3, 1, 5]
    run = applied(run)
    assert SoilUnit.objects.get(symbol="Pb").components.get().name == "Đất phù sa được bồi"
    with transaction.atomic():
        undoing.undo(run, None)
    assert SoilUnit.objects.count() == 6 and not SoilUnit.objects.filter(symbol="Pb").exists()
    assert SoilComponent.objects.filter(unit__symbol="Pg", name="Đất phù sa glây").count() == 2
    assert set(SoilShape.objects.filter(level=15).values_list("unit_id", flat=True)) == set(
        SoilUnit.objects.values_list("pk", flat=True)
    )


def test_a_changed_parcel_is_told_written_and_put_back(commune: Unit, tmp_path: Path) -> None:
    rows = parcel_rows()
    applied(brought(polygon_files.geopackage(tmp_path, rows, "a.gpkg"), commune, "parcels"))
    before = Parcel.objects.get(sheet="12", number="1")
    wider = [({**fields, "muc_dich": "ONT"} if fields["so_thua"] == "1" else fields, shape) for fields, shape in rows]
    run = brought(polygon_files.geopackage(tmp_path, wider, "b.gpkg"), commune, "parcels")
    assert (run.report["counts"]["changed"], run.report["counts"]["same"]) == (1, 8)
    run = applied(run)
    assert Parcel.objects.get(pk=before.pk).land_use == "ONT"
    with transaction.atomic():
        undoing.undo(run, None)
    after = Parcel.objects.get(pk=before.pk)
    assert (after.land_use, after.outline.wkb) == (before.land_use, before.outline.wkb)


# --- What is asked ---------------------------------------------------------------------------------


def test_a_shapefile_without_prj_asks_with_each_candidate_drawn(commune: Unit, tmp_path: Path) -> None:
    run = brought(polygon_files.shapefile(tmp_path, soil_rows(), has_prj=False), commune)
    assert run.report["asked"] == ["system"]
    assert run.state == SoilImportState.UPLOADED
    keys = {one["key"] for one in run.report["candidates"]}
    assert {"5897", "3405"} <= keys  # 657 m apart: both lie in the commune, so neither is taken unasked
    assert all(one["picture"]["paths"][1][1] for one in run.report["candidates"])
    polygon_runs.check(run, run.meaning | {"srid": 5897})
    assert run.report["counts"]["new"] == 9


def test_a_prj_that_puts_everything_elsewhere_is_not_believed(commune: Unit, tmp_path: Path) -> None:
    """A file that says 107°45' of what was surveyed at 105°."""
    moved = polygon_files.shapefile(tmp_path, soil_rows(), srid=5897)
    run = brought(_with_prj_of(moved, 5899, tmp_path), commune)
    assert run.report["stated"] == 5899
    assert run.report["asked"] == ["system"]
    assert "5897" in [one["key"] for one in run.report["candidates"]]


def test_a_prj_of_utm_for_what_was_surveyed_in_the_zone_is_not_believed(commune: Unit, tmp_path: Path) -> None:
    """EPSG:3405 for EPSG:5897 moves all of it by 657 m: what lies near the border then lies outside."""
    rows = soil_rows(5)
    rows += [(fields, affinity.translate(shape, 0.0, 0.0175)) for fields, shape in soil_rows(2)]
    run = brought(_with_prj_of(polygon_files.shapefile(tmp_path, rows, srid=5897), 3405, tmp_path), commune)
    assert run.report["stated"] == 3405
    assert run.report["asked"] == ["system"]
    inside = {one["key"]: one["inside"] for one in run.report["candidates"]}
    assert inside["5897"] > inside["3405"] > 0


@pytest.mark.parametrize(("surveyed", "stated"), [(5897, 3405), (3405, 5897)])
def test_a_prj_that_cannot_be_told_from_its_neighbour_names_both_with_their_distance(
    surveyed: int, stated: int, commune: Unit, tmp_path: Path
) -> None:
    """UTM 48 and the zone at 105°: far from the border both put every field into the commune, 657 m apart."""
    path = _with_prj_of(polygon_files.shapefile(tmp_path, parcel_rows(), srid=surveyed), stated, tmp_path)
    run = brought(path, commune, "parcels")
    doubt = run.report["doubt"]
    assert (doubt["stated"], doubt["rivals"][0]["srid"]) == (stated, surveyed)
    assert doubt["rivals"][0]["shift_m"] == pytest.approx(657, abs=5)
    assert [what for what, path in doubt["picture"]["paths"] if path] == ["outline", "shape", "rival"]
    shown = polygon_runs.page(run)["doubt"]["sentences"][0]
    shift = doubt["rivals"][0]["shift_m"]
    assert f"EPSG:{surveyed}" in shown and f"cách đó {shift} m" in shown and "9 trong 9" in shown
    assert any(f"EPSG:{surveyed}" in line for line in polygon_runs.told(run))
    polygon_runs.check(run, polygon_runs.chosen(run, {"system": str(surveyed)}))
    assert "doubt" not in run.report  # a person has said so
    applied(run)
    x, y = Parcel.objects.get(number="1").outline.centroid.coords
    assert crs.distance_m(5897, x, y, *parcel_rows()[0][1].centroid.coords[0])[0] < 1


def test_a_file_in_degrees_or_near_the_border_is_not_doubted(commune: Unit, tmp_path: Path) -> None:
    assert "doubt" not in brought(polygon_files.geojson(tmp_path, soil_rows()), commune).report
    rows = soil_rows(5)
    rows += [(fields, affinity.translate(shape, 0.0, 0.0175)) for fields, shape in soil_rows(2)]
    run = brought(polygon_files.shapefile(tmp_path, rows, srid=5897), commune)
    assert "3405" not in [str(one["srid"]) for one in run.report.get("doubt", {}).get("rivals", ())]


def test_x_and_y_exchanged_is_a_candidate(commune: Unit, tmp_path: Path) -> None:
    rows: list[Row] = [(fields, shapely.transform(shape, lambda xy: xy[:, ::-1])) for fields, shape in soil_rows()]
    run = brought(polygon_files.geojson(tmp_path, rows), commune)
    assert run.report["asked"] == ["system"]
    assert run.report["candidates"][0]["key"] == "4326-swapped"
    polygon_runs.check(run, run.meaning | {"srid": 4326, "swapped": True})
    assert run.report["counts"]["new"] == 9


@pytest.mark.parametrize(
    ("encode", "key"),
    [(polygon_files.to_tcvn3, "tcvn3"), (polygon_files.to_1258, "windows-1258"), (None, "utf-8")],
)
def test_old_encodings_are_known_by_the_vietnamese_that_they_make(
    encode: Any, key: str, commune: Unit, tmp_path: Path
) -> None:
    run = brought(polygon_files.shapefile(tmp_path, soil_rows(), encode=encode, cpg=None), commune)
    assert (run.report["asked"], run.report["encoding"]["certain"]) == ([], key)
    assert next(one[0] for one in run.report["encoding"]["candidates"]) == key
    applied(run)
    assert SoilComponent.objects.filter(name="Đất phù sa glây", percent=100).count() == 3


def test_an_encoding_that_a_few_letters_do_not_tell_is_asked_with_samples(commune: Unit, tmp_path: Path) -> None:
    rows = [({"ky_hieu": "Đ"}, shape) for _fields, shape in soil_rows()]
    run = brought(polygon_files.shapefile(tmp_path, rows, encode=polygon_files.to_tcvn3, cpg=None), commune)
    assert run.report["asked"] == ["encoding"]
    assert {key: samples for key, _share, samples in run.report["encoding"]["candidates"]}["tcvn3"] == ["Đ"]
    polygon_runs.check(run, run.meaning | {"encoding": "tcvn3"})
    assert run.report["asked"] == []


def test_a_new_map_needs_its_legend_and_parcels_their_sheet(commune: Unit, tmp_path: Path) -> None:
    run = brought(polygon_files.geojson(tmp_path, soil_rows()), commune, map={"title": TITLE})
    assert run.report["asked"] == ["map"]
    bare = [({"so_thua": fields["so_thua"]}, shape) for fields, shape in parcel_rows()]
    run = brought(polygon_files.geojson(tmp_path, bare, "to_7.geojson"), commune, "parcels")
    assert run.report["asked"] == ["sheet"]
    assert polygon_runs.page(run)["sheet"] == "7"  # what the name suggests is shown, and taken when confirmed
    polygon_runs.check(run, run.meaning | {"sheet": "7"})
    applied(run)
    assert sorted(Parcel.objects.values_list("sheet", "number")) == [("7", str(number)) for number in range(1, 10)]


def test_a_channel_between_two_fields_that_opens_outwards_is_listed_with_its_area(
    commune: Unit, tmp_path: Path
) -> None:
    """A hole of what is covered it is not: only its width tells it from the ground around the fields."""
    x, y = (float(one[0]) for one in crs.from_lonlat(5897, *polygon_files.CENTRE))
    fields = [(0.0, 100.0), (101.5, 200.0), (210.0, 300.0)]  # 1.5 m between two, then a lane of 10 m
    rows: list[Row] = [
        ({"so_to": "12", "so_thua": str(at)}, crs.from_zone(shapely.box(x + west, y, x + east, y + 80), 5897))
        for at, (west, east) in enumerate(fields, 1)
    ]
    run = brought(polygon_files.geojson(tmp_path, rows), commune, "parcels")
    assert (run.report["counts"]["gaps"], run.report["counts"]["open_gaps"]) == (0, 1)
    ((area, lng, lat),) = run.report["open_gaps"]
    assert area == pytest.approx(120, abs=1)
    assert crs.distance_m(5897, lng, lat, *crs.to_lonlat(5897, x + 100.75, y + 40))[0] < 41
    shown = polygon_runs.page(run)
    assert shown["open_gaps"][0]["area"] == "120 m²" and shown["open_gap_m"] == 2.0
    assert [row[0] for row in polygon_runs.report_rows(run)][1:] == ["Khe hở thông ra ngoài"]
    assert any("1 khe hẹp giữa các vùng thông ra ngoài, rộng nhất 120 m²" in line for line in polygon_runs.told(run))
    assert run.report["counts"]["new"] == 3  # as drawn


# --- Drawings --------------------------------------------------------------------------------------


def test_closed_lines_of_a_drawing_become_units_named_by_the_text_inside(commune: Unit, tmp_path: Path) -> None:
    run = brought(polygon_files.closed_drawing(tmp_path, soil_rows(), "ky_hieu"), commune, srid=5897,
                  map={"title": TITLE, **LEGEND})  # fmt: skip
    assert run.report["counts"]["new"] == 9
    assert run.report["drawing"]["is_cut"] is False
    applied(run)
    assert SoilUnit.objects.filter(symbol="Pg").count() == 3


def test_lines_that_do_not_close_are_cut_into_faces_and_said(commune: Unit, tmp_path: Path) -> None:
    run = brought(polygon_files.open_drawing(tmp_path), commune, "parcels", srid=5897, sheet="5")
    assert run.report["drawing"]["is_cut"] is True
    assert run.report["drawing"]["dangling"] == 16  # the four ends of each of eight lines' crossings stick out
    assert run.report["counts"]["new"] == 9
    applied(run)
    assert set(Parcel.objects.values_list("number", "land_use")) == {(str(one), "LUC") for one in range(1, 10)}
    assert all(parcel.area_m2 == pytest.approx(10_000, abs=0.1) for parcel in Parcel.objects.all())


@pytest.mark.parametrize("is_closed", [True, False])
def test_a_design_file_of_microstation_is_read(is_closed: bool, commune: Unit, tmp_path: Path) -> None:
    path = polygon_files.design_file(tmp_path, parcel_rows(), "so_thua", is_closed=is_closed)
    run = brought(path, commune, "parcels", srid=5897, sheet="12")
    assert run.report["drawing"]["line_layers"][0][0] == "10"
    assert run.report["counts"]["new"] == 9
    applied(run)
    assert sorted(Parcel.objects.values_list("number", flat=True)) == [str(one) for one in range(1, 10)]


# --- Faults ----------------------------------------------------------------------------------------


def test_a_bow_tie_is_mended_told_and_kept_as_drawn(commune: Unit, tmp_path: Path) -> None:
    x, y = 105.81, 19.67
    bow_tie = shapely.Polygon([(x, y), (x + 0.001, y + 0.001), (x + 0.001, y), (x, y + 0.001)])
    run = brought(polygon_files.geojson(tmp_path, [({"ky_hieu": "Pg"}, bow_tie)]), commune)
    assert run.report["counts"]["mended"] == 1
    code, number, _column, figures = run.report["notes"][0]
    assert (code, number) == ("mended", 1)
    assert figures["after_m2"] > 5_000 > figures["before_m2"]
    applied(run)
    unit = SoilUnit.objects.get()
    assert unit.outline.valid and unit.outline.num_geom == 2
    assert unit.area_m2 == pytest.approx(figures["after_m2"])
    assert unit.drawn is not None and shapely.from_wkb(bytes(unit.drawn.wkb)).equals_exact(bow_tie, 1e-9)


def test_overlaps_and_gaps_are_listed_with_areas_and_drawn(commune: Unit, tmp_path: Path) -> None:
    rows = soil_rows()
    west, south, east, north = crs.to_zone(rows[0][1], 5897).bounds
    wider = crs.from_zone(shapely.box(west, south, east + (east - west) / 2, north), 5897)
    rows[0] = (rows[0][0], wider)  # half of its neighbour too
    gone = rows.pop(4)  # the middle one
    run = brought(polygon_files.geojson(tmp_path, rows), commune)
    counts = run.report["counts"]
    assert (counts["overlaps"], counts["gaps"]) == (1, 1)
    first, _name, second, _other, area, share, _lng, _lat = run.report["overlaps"][0]
    assert {first, second} == {1, 2}
    assert area == pytest.approx(5_000, rel=0.02) and share == pytest.approx(0.5, abs=0.02)
    assert run.report["gaps"][0][0] == pytest.approx(10_000, rel=0.01)
    assert gone[1].contains(shapely.Point(run.report["gaps"][0][1:]))
    drawn = {what for what, path in run.report["picture"]["paths"] if path}
    assert {"outline", "shape", "overlap", "gap"} <= drawn


def test_what_lies_outside_is_refused_with_its_distance_and_what_crosses_is_kept(commune: Unit, tmp_path: Path) -> None:
    edge = 105.83  # the commune's east
    rows: list[Row] = [
        ({"ky_hieu": "A"}, shapely.box(105.80, 19.66, 105.81, 19.67)),
        ({"ky_hieu": "B"}, shapely.box(edge - 0.001, 19.66, edge + 0.001, 19.67)),
        ({"ky_hieu": "C"}, shapely.box(edge + 0.05, 19.66, edge + 0.06, 19.67)),
        ({"ky_hieu": "D"}, shapely.box(105.80, 15.0, 105.81, 15.01)),
    ]
    run = brought(polygon_files.geojson(tmp_path, rows), commune)
    assert run.report["counts"]["new"] == 2
    assert [(code, number) for code, number, *_rest in run.report["faults"]] == [("outside", 3), ("outside", 4)]
    assert run.report["faults"][0][3]["distance_m"] == pytest.approx(5_240, rel=0.01)
    crossing = next(note for note in run.report["notes"] if note[0] == "crossing")
    assert crossing[1] == 2 and crossing[3]["percent"] == pytest.approx(50, abs=0.5)


def test_soils_that_do_not_add_up_are_refused_by_row(commune: Unit, tmp_path: Path) -> None:
    squares = polygon_files.squares()
    told = ["Fl 70 %, Ac 30 %", "Fl 70 %, Ac 50 %", "Fl, Ac 30 %", "Fl; Ac 30%; Gl", "Fl 0 %", "Đất phù sa"]
    rows: list[Row] = [
        ({"ky_hieu": f"K{at}", "ten_dat": one}, square)
        for at, (one, square) in enumerate(zip(told, squares[:6], strict=True))
    ]
    run = brought(polygon_files.geojson(tmp_path, rows), commune)
    assert [(code, number) for code, number, *_rest in run.report["faults"]] == [
        ("composition_over", 2), ("composition_missing", 4), ("composition_share", 5),
    ]  # fmt: skip
    lines = [row[3] for row in polygon_runs.report_rows(run) if row[0] == "Không nhập"]
    assert lines[0] == "Các tỷ lệ đất cộng lại thành 120,0 %; phải không quá 100 %."
    applied(run)
    parts = SoilComponent.objects.filter(unit__symbol="K2").values_list("name", "percent")
    assert list(parts) == [("Fl", 70.0), ("Ac", 30.0)]


def test_a_parcel_twice_in_a_file_and_one_known_elsewhere_are_refused(commune: Unit, tmp_path: Path) -> None:
    rows = parcel_rows()
    applied(brought(polygon_files.geojson(tmp_path, rows[:3], "a.geojson"), commune, "parcels"))
    moved = [(rows[0][0], rows[8][1]), (rows[4][0], rows[4][1]), (rows[4][0], rows[5][1]), rows[6], rows[6]]
    run = brought(polygon_files.geojson(tmp_path, moved, "b.geojson"), commune, "parcels")
    assert [(code, number) for code, number, *_rest in run.report["faults"]] == [("elsewhere", 1), ("twice", 3)]
    assert run.report["counts"]["doubles"] == 1
    assert run.report["counts"]["new"] == 2


def test_a_unit_over_one_that_the_map_has_is_refused(commune: Unit, tmp_path: Path) -> None:
    rows = soil_rows()
    applied(brought(polygon_files.geojson(tmp_path, rows, "a.geojson"), commune))
    west, south, east, north = rows[0][1].bounds
    over: list[Row] = [({"ky_hieu": "Z"}, shapely.box(west, south, (west + east) / 2, north))]
    run = brought(polygon_files.geojson(tmp_path, over, "b.geojson"), commune)
    assert [one[0] for one in run.report["faults"]] == ["on_known"]


def test_what_changed_since_the_check_is_not_written(commune: Unit, tmp_path: Path) -> None:
    path = polygon_files.geojson(tmp_path, parcel_rows())
    first, second = brought(path, commune, "parcels"), brought(path, commune, "parcels")
    applied(first)
    with pytest.raises(UserError) as refused, transaction.atomic():
        polygon_runs.apply(second, None)
    assert refused.value.code == "changed_since"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"AC1032" + bytes(100), "dwg"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "dgn8"),
        (b"%PDF-1.7\n", "other_kind"),
        (b"ky_hieu,ten\nPg,x\n", "other_kind"),
        (polygon_files.empty_zip(), "zip_without_table"),
        (b"", "damaged"),
        (b"\x08\x09\xfe\x02" + bytes(2_000), "no_polygons"),
        (b"  0\nSECTION\n  2\nENTITIES\n  0\nENDSEC\n  0\nEOF\n", "no_polygons"),
    ],
)
def test_other_files_are_refused_by_name(content: bytes, code: str, commune: Unit, tmp_path: Path) -> None:
    path = tmp_path / "tệp"
    path.write_bytes(content)
    with pytest.raises(UserError) as refused:
        brought(path, commune)
    assert refused.value.code == code
    assert "tệp" in refused.value.sentence


def _with_prj_of(path: Path, srid: int, folder: Path) -> Path:
    import zipfile

    from pyproj import CRS

    other = folder / "khác.zip"
    with zipfile.ZipFile(path) as read, zipfile.ZipFile(other, "w") as written:
        for name in read.namelist():
            content = CRS.from_epsg(srid).to_wkt("WKT1_ESRI").encode() if name.endswith(".prj") else read.read(name)
            written.writestr(name, content)
    return other
