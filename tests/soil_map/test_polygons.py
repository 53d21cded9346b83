"""The parts that understand files of polygons: encodings, soils of a unit, labels, faces, overlaps and gaps, limits."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely

from soil_map.importing.polygons import coverage, encodings, faces, files, mending
from soil_map.importing.polygons.composition import CompositionError, read_composition
from soil_map.importing.polygons.meaning import Meaning, read_label, sheet_of_name, tabled
from soil_map.importing.polygons.model import PolygonFileError, PolygonLimits, Shapes
from soil_map.importing.polygons.open_gaps import open_gaps
from soil_map.importing.polygons.picture import picture_of
from tests.soil_map import polygon_files
from tests.soil_map.polygon_files import to_1258, to_tcvn3

TEXTS = ("Đất phù sa glây", "Đất xám bạc màu trên phù sa cổ", "Đất mặn sú vẹt đước", "Đất phèn hoạt động")


def arrayed(*shapes: shapely.Geometry) -> Shapes:
    made: Shapes = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


# --- Encodings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encode", "key"), [(to_tcvn3, "tcvn3"), (to_1258, "windows-1258"), (str.encode, "utf-8")])
def test_the_encoding_is_the_one_that_makes_vietnamese(encode: object, key: str) -> None:
    raw = [encode(text).decode("latin-1") for text in TEXTS]  # type: ignore[operator]
    found = encodings.assess(raw, is_raw=True)
    assert found.certain == key
    assert found.candidates[0].samples == TEXTS
    assert len(found.candidates) == 3  # the others are shown beside it all the same
    assert [encodings.decoder(key)(one) for one in raw] == list(TEXTS)


def test_bytes_that_somebody_took_for_another_encoding_are_found_in_unicode_too() -> None:
    spoilt = [to_tcvn3(text).decode("cp1252") for text in TEXTS]
    assert spoilt[0] == "§Êt phï sa gl©y"
    found = encodings.assess(spoilt, is_raw=False)
    assert found.certain == "tcvn3"
    assert encodings.decoder("tcvn3")(spoilt[0]) == "Đất phù sa glây"
    assert encodings.assess(TEXTS, is_raw=False).certain == "unicode"


def test_a_field_that_was_cut_in_the_middle_of_a_letter_is_utf_8_still() -> None:
    cut = "Đất phèn hoạt độ".encode()[:-1].decode("latin-1")
    found = encodings.assess([cut, "Đất xám".encode().decode("latin-1")], is_raw=True)
    assert found.certain == "utf-8"
    assert encodings.decoder("utf-8")(cut) == "Đất phèn hoạt đ"


def test_plain_letters_need_no_encoding_and_too_few_marks_tell_none() -> None:
    assert encodings.assess(["Pg", "LUC"], is_raw=True).candidates == ()
    assert encodings.assess([to_tcvn3("Đ").decode("latin-1")], is_raw=True).certain == ""


# --- Words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "soils"),
    [
        ([("Fl 70 %, Ac 30 %", "")], [("Fl", 70), ("Ac", 30)]),
        ([("70% Đất phù sa + 30% Đất xám", "")], [("Đất phù sa", 70), ("Đất xám", 30)]),
        ([("Fl 69,5 %, Ac 30,5 %", "")], [("Fl", 69.5), ("Ac", 30.5)]),
        ([("Fl (70); Ac (30)", "")], [("Fl", 70), ("Ac", 30)]),
        ([("Đất phù sa, được bồi", "")], [("Đất phù sa, được bồi", 100)]),
        ([("Fl", "60"), ("Ac", "")], [("Fl", 60), ("Ac", 40)]),
        ([("Ac", "30"), ("Fl", "50 %"), ("", "0")], [("Fl", 50), ("Ac", 30)]),
        ([("", ""), ("", "0")], []),
    ],
)
def test_what_a_unit_holds_is_read(cells: list[tuple[str, str]], soils: list[tuple[str, float]]) -> None:
    assert [(part.name, part.percent) for part in read_composition(cells)] == soils


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ([("Fl 70 %, Ac 50 %", "")], "over"),
        ([("Fl", "70"), ("Ac", ""), ("Gl", "")], "missing"),
        ([("Fl", "nhiều"), ("Ac", "30")], "share"),
        ([("Fl", "140")], "share"),
        ([("Fl", "70"), ("", "30")], "unnamed"),
        ([("x" * 200, "")], "long"),
    ],
)
def test_what_does_not_add_up_is_refused(cells: list[tuple[str, str]], code: str) -> None:
    with pytest.raises(CompositionError) as refused:
        read_composition(cells)
    assert refused.value.code == code


def test_labels_of_cadastral_drawings_and_names_of_their_files() -> None:
    assert read_label("LUC 345/512,3") == ("345", "LUC")
    assert read_label("345\n512.3 LUC") == ("345", "LUC")
    assert read_label("12A") == ("12A", "")
    assert read_label("Nhà văn hóa") is None
    assert [sheet_of_name(name) for name in ("DC12.dgn", "to_ban_do_07.shp", "Tờ 3.dxf", "thửa đất.zip")] == [
        "12", "7", "3", "",
    ]  # fmt: skip


# --- Faces -----------------------------------------------------------------------------------------


def drawn(*shapes: shapely.Geometry, texts: tuple[tuple[str, float, float], ...] = ()) -> faces.Faces:
    points = [shapely.Point(x, y) for _text, x, y in texts]
    layers = ["R"] * len(shapes) + ["T"] * len(points)
    written = [""] * len(shapes) + [text for text, _x, _y in texts]
    return faces.faces_of(arrayed(*shapes, *points), layers, written, None, encodings.decoder("utf-8"))


def ring(west: float, south: float, east: float, north: float) -> shapely.LineString:
    return shapely.LineString(shapely.box(west, south, east, north).exterior.coords)


def test_a_field_around_a_pond_has_a_hole_and_each_its_own_text() -> None:
    made = drawn(ring(0, 0, 100, 100), ring(40, 40, 60, 60), texts=(("5", 10, 10), ("6", 50, 50), ("7", 200, 200)))
    assert not made.is_cut
    assert sorted(shapely.area(made.shapes)) == [400, 9_600]
    assert dict(zip(made.columns[0], shapely.area(made.shapes), strict=True)) == {"5": 9_600, "6": 400}
    assert made.homeless == 1


def test_lines_that_share_their_edges_become_faces() -> None:
    lines = [shapely.LineString(one) for one in ([(0, 0), (0, 10), (20, 10), (20, 0), (0, 0.0)], [(10, 0), (10, 10)])]
    made = drawn(*lines, shapely.LineString([(10, 10), (10, 15)]))
    assert made.is_cut
    assert sorted(shapely.area(made.shapes)) == [100, 100]
    assert made.dangling == 1


# --- Overlaps, gaps, mending, pictures -------------------------------------------------------------


def test_overlaps_are_found_whether_shapes_cross_hold_or_equal_one_another() -> None:
    shapes = arrayed(
        shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10), shapely.box(0, 0, 10, 10), shapely.box(5, 5, 15, 8),
        shapely.box(30, 0, 40, 10), shapely.box(32, 2, 35, 5), shapely.box(40, 0, 50, 10),
    )  # fmt: skip
    found, tiny = coverage.overlaps(shapes)
    assert {(one.first, one.second): one.area_m2 for one in found} == {
        (0, 2): 100, (0, 3): 15, (1, 3): 15, (2, 3): 15, (4, 5): 9,
    }  # fmt: skip
    assert tiny == 0


@pytest.mark.parametrize("shift", [0.0, 0.01])
def test_gaps_are_found_in_blocks_as_in_one(shift: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """40 × 40 squares without two of them that lie apart, and with neighbours that overlap a little."""
    rng = np.random.default_rng(1)
    boxes = [
        shapely.box(x, y, x + 10 + rng.uniform(0, shift), y + 10)
        for x in range(0, 400, 10)
        for y in range(0, 400, 10)
        if (x, y) not in ((100, 100), (250, 300))
    ]
    whole = coverage.ground_of(arrayed(*boxes))
    monkeypatch.setattr(coverage, "_BLOCK", 50)
    parted = coverage.ground_of(arrayed(*boxes))
    for ground in (whole, parted):
        assert [gap.area_m2 for gap in ground.gaps if gap.area_m2 > 50] == pytest.approx([100, 100], abs=0.5)
    assert parted.area_m2 == pytest.approx(shapely.area(shapely.union_all(arrayed(*boxes))), abs=0.1)


def test_an_island_in_a_gap_is_no_gap() -> None:
    around = shapely.box(0, 0, 100, 100).difference(shapely.box(20, 20, 80, 80))
    ground = coverage.ground_of(arrayed(around, shapely.box(40, 40, 60, 60)))
    assert [gap.area_m2 for gap in ground.gaps] == [3_200]
    assert ground.area_m2 == pytest.approx(6_800)


OPENED = {
    "a channel that opens at both ends": ([shapely.box(0, 0, 100, 100), shapely.box(101, 0, 200, 100)], [100.0]),
    "a sliver that opens from a shared corner": (
        [shapely.box(0, 0, 100, 100), shapely.Polygon([(100, 0), (101.5, 100), (200, 100), (200, 0)])], [75.0]),
    "onto a road within": (
        [shapely.box(0, 0, 50, 100), shapely.box(51, 0, 100, 40), shapely.box(51, 60, 100, 100),
         shapely.box(100, 0, 120, 100), shapely.box(0, -20, 120, 0), shapely.box(0, 100, 120, 120)], []),
    "a lane wider than asked": ([shapely.box(0, 0, 100, 100), shapely.box(103, 0, 200, 100)], []),
    "edge on edge": ([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 50)], []),
    "an inlet of one field": (
        [shapely.box(0, 0, 100, 100).difference(shapely.box(10, 50, 100, 51)), shapely.box(200, 0, 300, 100)], []),
}  # fmt: skip


@pytest.mark.parametrize("case", OPENED)
def test_gaps_that_are_open_at_an_end_are_found_by_their_width(case: str) -> None:
    shapes, areas = OPENED[case]
    flat = arrayed(*shapes)
    ground = coverage.ground_of(flat)
    found = open_gaps(flat, ground, 2.0, ground.gaps)
    assert [gap.area_m2 for gap in found] == pytest.approx(areas, abs=0.5)


def test_a_channel_onto_a_road_in_the_middle_of_a_block_is_found_where_the_road_is_no_gap() -> None:
    """Fields around a road that is 20 m wide, with 1 m between two of them that leads onto it."""
    shapes, _areas = OPENED["onto a road within"]
    flat = arrayed(*shapes)
    ground = coverage.ground_of(flat)
    (road,) = ground.gaps
    found = open_gaps(flat, ground, 2.0, [])  # wider than 2 m on the whole, so it is not listed
    assert road.area_m2 > 900 and [gap.area_m2 for gap in found] == pytest.approx([40.0, 40.0], abs=2.1)


def test_mending_keeps_both_loops_of_a_bow_tie_and_drops_what_has_no_area() -> None:
    x, y = 105.81, 19.67
    shapes = arrayed(
        shapely.Polygon([(x, y), (x + 0.001, y + 0.001), (x + 0.001, y), (x, y + 0.001)]),
        shapely.Polygon([(x, y), (x + 0.001, y), (x + 0.002, y), (x, y)]),
        shapely.box(x, y, x + 0.001, y + 0.001),
    )
    mended = mending.mend(shapes, 5897)
    assert mended.outlines[0].geom_type == "MultiPolygon" and mended.outlines[0].is_valid
    assert mended.area_m2[0] == pytest.approx(mended.area_m2[2] / 2, rel=1e-4)
    assert mended.outlines[1].is_empty
    assert mended.faults[0].startswith("Self-intersection") and not mended.faults[2]


def test_a_picture_shows_both_loops_of_a_bow_tie() -> None:
    tie = shapely.Polygon([(100, 100), (300, 300), (300, 100), (100, 300)])
    told = picture_of(shapely.box(0, 0, 1_000, 1_000), [("shape", np.array([tie], dtype=object))])
    drawn = dict(told["paths"])["shape"]
    assert drawn.count("l") == 1
    assert len(drawn.split("l")[1].split()) == 6  # steps to the three other corners: no loop is dropped


def test_a_picture_of_many_polygons_stays_light() -> None:
    boxes = arrayed(*(shapely.box(x, y, x + 9, y + 9) for x in range(0, 1_500, 10) for y in range(0, 1_500, 10)))
    told = picture_of(shapely.box(0, 0, 1_500, 1_500), [("shape", boxes)], is_close=True)
    assert sum(len(path) for _what, path in told["paths"]) < 200_000


# --- Limits ----------------------------------------------------------------------------------------


def test_two_hundred_thousand_polygons_are_refused_before_they_are_read(tmp_path: Path) -> None:
    row = polygon_files.soil_rows(1)
    path = polygon_files.shapefile(tmp_path, row)
    other = tmp_path / "nhiều.zip"
    with zipfile.ZipFile(path) as read, zipfile.ZipFile(other, "w") as written:
        for name in read.namelist():
            content = bytearray(read.read(name))
            if name.endswith(".dbf"):
                content[4:8] = (200_000).to_bytes(4, "little")
            written.writestr(name, bytes(content))
    with pytest.raises(PolygonFileError) as refused:
        files.read(other)
    assert (refused.value.code, refused.value.params["limit"]) == ("too_many_rows", 100_000)


@pytest.mark.parametrize("make", [polygon_files.shapefile, polygon_files.mapinfo, polygon_files.geopackage])
def test_more_polygons_or_points_than_allowed_are_refused(make: object, tmp_path: Path) -> None:
    path = make(tmp_path, polygon_files.soil_rows(3))  # type: ignore[operator]
    for limits, code in (
        (PolygonLimits(polygons=8), "too_many_rows"),
        (PolygonLimits(vertices=20), "too_many_vertices"),
    ):
        with pytest.raises(PolygonFileError) as refused:
            files.read(path, limits=limits)
        assert refused.value.code == code


def test_a_mapinfo_table_that_names_other_files_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nhìn.zip"
    with zipfile.ZipFile(path, "w") as written:
        view = b'!table\n!version 300\n!charset WindowsLatin1\n\nOpen Table "/etc/passwd" Hide\nCreate View dat As\n'
        for name, content in (("dat.tab", view), ("dat.dat", b""), ("dat.map", b""), ("dat.id", b"")):
            written.writestr(name, content)
    with pytest.raises(PolygonFileError) as refused:
        files.read(path)
    assert refused.value.code == "mapinfo_refers"


def test_a_mapinfo_table_in_tcvn3_is_read_as_its_bytes(tmp_path: Path) -> None:
    told = [
        ({"ten_dat": to_tcvn3(text).decode("latin-1")}, square)
        for text, square in zip(TEXTS, polygon_files.squares(2), strict=True)
    ]
    folder = tmp_path / "parts"
    folder.mkdir()
    polygon_files.written(folder / "dat.mif", "MapInfo File", told, 5897, encoding="ISO-8859-1")
    path = tmp_path / "mif.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for part in folder.iterdir():
            packed.write(part, part.name)
    found = tabled(files.read(path), Meaning())
    assert found.encoding == "tcvn3"
    assert found.columns[0] == list(TEXTS)
