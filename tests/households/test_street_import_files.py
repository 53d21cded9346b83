"""Files that hold no streets, are broken, or mean harm: one sentence, in little time and memory, and nothing kept."""

from __future__ import annotations

import json
import struct
import time
import zipfile
import zlib
from pathlib import Path

import pytest
import shapely

from households.streets.importing import reading
from households.streets.importing.reading import StreetFileError, StreetLimits
from mapping.tables import TableError
from tests.households import street_files
from tests.households.street_files import Drawn, pairs, polyline

ROAD = Drawn("đường Liên Xã", shapely.LineString([(105.80, 19.67), (105.82, 19.67)]))
METRES = [(580_000.0, 2_190_000.0), (580_100.0, 2_190_000.0)]
SMALL = StreetLimits(file_bytes=70_000_000, rows=1_000, vertices=20_000, seconds=20)


def refused(path: Path, limits: StreetLimits = SMALL) -> str:
    """The code of what is said of the file, which is said soon."""
    began = time.monotonic()
    with pytest.raises((StreetFileError, TableError)) as told:
        reading.read(path, limits=limits)
    assert time.monotonic() - began < 40
    return str(told.value.code)


def file(folder: Path, content: bytes | str, name: str = "tệp") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


VRT = """<OGRVRTDataSource><OGRVRTLayer name="entities"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>
</OGRVRTDataSource>"""


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (VRT, "đường.dxf", "other_kind"),
        (VRT, "đường.osm", "other_kind"),
        ("/vsicurl/http://127.0.0.1:9/x.gpkg", "đường.gpkg", "other_kind"),
        ("<kml><Document/></kml>", "đường.kml", "other_kind"),
        ('<?xml version="1.0"?><gml:FeatureCollection xmlns:gml="x"/>', "đường.osm", "other_kind"),
        ("Số nhà,Tên\n1,An\n", "nhà.csv", "other_kind"),
        (b"%PDF-1.7 ...", "bản đồ.pdf", "other_kind"),
        (b"AC1027\0\0\0\0", "bản vẽ.dxf", "dwg"),
        (b"", "trống.geojson", "damaged"),
        (b"SQLite format 3\0" + b"\0" * 4_000, "đường.gpkg", "damaged"),
        ('{"type":"FeatureCollection","features":[', "đường.geojson", "json_broken"),
        ('{"type":"FeatureCollection","features":[]}', "đường.geojson", "no_rows"),
        ('{"type":"Point","coordinates":[105.8,19.6]}', "đường.geojson", "no_lines"),
        ("<osm version='0.6'></osm>", "đường.osm", "no_ways"),
        ("<osm version='0.6'><way id='1'>", "đường.osm", "damaged"),
        (pairs((0, "SECTION"), (2, "ENTITIES"), (0, "LINE"), (8, "X"), (10, "abc")), "đường.dxf", "damaged"),
        (pairs((0, "SECTION"), (2, "ENTITIES"), (0, "ENDSEC"), (0, "EOF")), "đường.dxf", "no_lines"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_streets_is_refused(tmp_path: Path, content: bytes | str, name: str, code: str) -> None:
    assert refused(file(tmp_path, content, name)) == code


def test_a_cut_off_file_is_refused(tmp_path: Path) -> None:
    for make in street_files.FORMATS.values():
        folder = tmp_path / make.__name__
        folder.mkdir()
        whole = make(folder, [ROAD._replace(called=f"ngõ {number}") for number in range(40)])
        content = whole.read_bytes()
        whole.write_bytes(content[: len(content) // 3])
        assert refused(whole) in ("damaged", "truncated", "json_broken", "no_lines", "no_ways")


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bom.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for suffix in ("shp", "shx", "dbf"):
            packed.writestr(f"duong.{suffix}", b"\0" * 30_000_000)
    assert refused(path) == "zip_bomb"


def test_a_drawing_of_a_million_lines_is_refused_soon(tmp_path: Path) -> None:
    one = pairs((0, "LINE"), (8, "NGO"), (10, 580000), (20, 2190000), (11, 580100), (21, 2190000))
    path = street_files.drawing_of(tmp_path, one * 1_000_000)
    assert refused(path) == "too_many_rows"


def test_blocks_within_blocks_grow_no_further_than_the_limits(tmp_path: Path) -> None:
    blocks = pairs((0, "BLOCK"), (2, "B0"), (70, 0), (10, 0), (20, 0)) + polyline("NGO", METRES) + pairs((0, "ENDBLK"))
    for level in range(1, 9):
        inserts = "".join(pairs((0, "INSERT"), (2, f"B{level - 1}"), (10, at), (20, 0)) for at in range(10))
        blocks += pairs((0, "BLOCK"), (2, f"B{level}"), (70, 0), (10, 0), (20, 0)) + inserts + pairs((0, "ENDBLK"))
    insert = pairs((0, "INSERT"), (8, "0"), (2, "B8"), (10, 0), (20, 0))
    assert refused(street_files.drawing_of(tmp_path, insert, blocks=blocks)) in (
        "damaged", "too_many_rows", "too_many_vertices", "too_heavy",
    )  # fmt: skip


def test_entities_in_an_extract_are_not_opened(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + level)} "{f"&{chr(97 + level)};" * 10}">' for level in range(12)
    )
    outside = '<!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    for declared in (bomb + "]>", outside):
        content = f'<?xml version="1.0"?>{declared}<osm version="0.6"><node id="1" lat="1" lon="1"/></osm>'
        assert refused(file(tmp_path, content, "đường.osm")) == "osm_declares"
    late = "<osm version='0.6'>" + " " * 5_000 + outside + "</osm>"
    assert refused(file(tmp_path, late, "đường.osm")) == "osm_declares"


def test_a_packed_extract_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    content = street_files._blob(b"OSMHeader", street_files._field(4, b"OsmSchema-V0.6"))
    packed = zlib.compress(b"\0" * 400_000_000)
    body = street_files._varint_field(2, 400_000_000) + street_files._field(3, packed)
    header = street_files._field(1, b"OSMData") + street_files._varint_field(3, len(body))
    assert refused(file(tmp_path, content + struct.pack(">I", len(header)) + header + body, "x.pbf")) in (
        "damaged", "too_heavy", "no_ways",
    )  # fmt: skip


def test_lines_of_too_many_points_are_refused(tmp_path: Path) -> None:
    long = shapely.LineString([(105.8 + at * 1e-6, 19.67 + at % 2 * 1e-6) for at in range(30_000)])
    for make in (street_files.geojson, street_files.drawing):
        assert refused(make(tmp_path, [ROAD._replace(line=long)])) == "too_many_vertices"


def test_time_runs_out_on_what_takes_too_long(tmp_path: Path) -> None:
    path = street_files.drawing_of(tmp_path, polyline("NGO", METRES * 8) * 200_000)
    assert refused(path, StreetLimits(rows=300_000, vertices=10_000_000, seconds=1)) == "too_heavy"


def test_what_is_no_number_in_a_drawing_is_no_street(tmp_path: Path) -> None:
    path = street_files.drawing_of(
        tmp_path,
        polyline("NGO", [("nan", "inf"), ("1e400", "x")]) + polyline("NGO", METRES),  # type: ignore[list-item]
    )
    assert all(shapely.is_valid(line) for row in reading.read(path, limits=SMALL).rows for line in row.lines)


def test_texts_and_points_of_a_drawing_are_counted_and_not_used(tmp_path: Path) -> None:
    text = pairs((0, "TEXT"), (8, "TEN"), (10, 580000), (20, 2190000), (40, 2), (1, "Đường Liên Xã"))
    point = pairs((0, "POINT"), (8, "MOC"), (10, 580000), (20, 2190000))
    found = reading.read(street_files.drawing_of(tmp_path, text + point + polyline("NGO", METRES)))
    assert (len(found.rows), found.others) == (1, 2)


def test_arcs_of_a_drawing_are_lines(tmp_path: Path) -> None:
    arc = pairs((0, "ARC"), (8, "NGO"), (10, 580000), (20, 2190000), (40, 50), (50, 0), (51, 90))
    (row,) = reading.read(street_files.drawing_of(tmp_path, arc)).rows
    assert row.lines[0].length == pytest.approx(50 * 3.14159 / 2, abs=0.5)


def test_the_layer_with_lines_is_found_among_others(tmp_path: Path) -> None:
    import numpy as np
    import pyogrio

    path = street_files.geopackage(tmp_path, [ROAD])
    points = shapely.to_wkb(np.array([shapely.Point(580000, 2190000)], dtype=object))
    names = [np.array(["Nhà văn hóa"], dtype=object)]
    pyogrio.raw.write(
        path, points, names, ["ten"], layer="a_diem", driver="GPKG", geometry_type="Point", crs="EPSG:5897", append=True
    )
    found = reading.read(path)
    assert found.layer == "duong" and set(found.layers) == {"duong", "a_diem"}
    with pytest.raises(StreetFileError, match="no_lines"):
        reading.read(path, layer="a_diem")


def test_a_line_of_one_point_is_read_so_that_its_place_can_be_told(tmp_path: Path) -> None:
    lines = ([[105.80, 19.67], [105.81, 19.67]], [[105.82, 19.68]])
    features = [
        {"type": "Feature", "properties": {"ten": "Cụt"}, "geometry": {"type": "LineString", "coordinates": line}}
        for line in lines
    ]
    path = file(tmp_path, json.dumps({"type": "FeatureCollection", "features": features}))
    rows = reading.read(path).rows
    assert [len(row.lines) for row in rows] == [1, 1]
    assert list(rows[1].lines[0].coords) == [(105.82, 19.68)] * 2
