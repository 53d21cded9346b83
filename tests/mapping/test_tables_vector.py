"""Reading features: GeoJSON, GeoPackage and zipped Shapefiles, and what must not be followed or believed."""

import io
import json
import sqlite3
import stat
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from mapping.tables import Limits, Table, TableError, open_table
from tests.mapping.test_tables import windows_1258

SYNONYMS = {"so_nha": "number", "Số nhà": "number", "ho_ten": "head", "Chủ hộ": "head"}
POINTS = shapely.points([[580000, 2190000], [580010, 2190010]])


def read(content: bytes, **options: object) -> tuple[Table, list[list[str]], list[shapely.Geometry | None]]:
    with open_table(content, "nhà", SYNONYMS, **options) as table:  # type: ignore[arg-type]
        rows = list(table.rows)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    return table, [row.values for row in rows], [row.geometry for row in rows]


def refused(content: bytes, **options: object) -> TableError:
    with pytest.raises(TableError) as caught:
        read(content, **options)
    assert caught.value.params["file"] == "nhà"
    return caught.value


def written(
    folder: Path, file: str, heads: list[bytes | str], crs: str | None = "EPSG:5897", **options: object
) -> Path:
    """A layer of two houses; text is given byte by byte, as an old program writes it."""
    texts = [head.decode("latin-1") if isinstance(head, bytes) else head for head in heads]
    pyogrio.raw.write(
        folder / file,
        shapely.to_wkb(POINTS),
        [np.array(["012", "7"], dtype=object), np.array(texts, dtype=object), np.array([4, 5])],
        np.array(["so_nha", "ho_ten", "nguoi"], dtype=object),
        geometry_type="Point",
        crs=crs,
        **options,
    )
    return folder / file


def zipped(folder: Path, leave_out: tuple[str, ...] = (), extra: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.iterdir()):
            if path.suffix not in leave_out:
                packed.write(path, f"Bản đồ/{path.name}")
        for name, content in (extra or {}).items():
            packed.writestr(name, content)
    return out.getvalue()


COLLECTION = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"Số nhà": "012", "n": 4.0},
            "geometry": {"type": "Point", "coordinates": [105.8, 19.6, 7]},
        },
        {"type": "Feature", "properties": {"Chủ hộ": "Hoà", "tags": ["a"]}, "geometry": None},
        {"type": "Feature", "properties": None, "geometry": {"type": "Polygon", "coordinates": [[["x"]]]}},
    ],
}


def test_geojson_gives_text_flat_geometry_and_wgs_84() -> None:
    table, values, geometry = read(json.dumps(COLLECTION).encode())
    assert (table.kind, table.srid, table.has_geometry) == ("geojson", 4326, True)
    assert [column.title for column in table.columns] == ["Số nhà", "n", "Chủ hộ", "tags"]
    assert values == [["012", "4", "", ""], ["", "", "Hoà", '["a"]'], ["", "", "", ""]]
    assert geometry == [shapely.Point(105.8, 19.6), None, None]
    assert not shapely.has_z(geometry[0])


def test_geojson_from_before_its_standard_may_name_a_zone() -> None:
    named = {**COLLECTION, "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::5897"}}}
    assert read(json.dumps(named).encode())[0].srid == 5897
    named["crs"]["properties"]["name"] = "EPSG:6956"  # type: ignore[index]
    assert refused(json.dumps(named).encode()).code == "crs_deprecated"


def test_broken_json_is_told_by_line_and_column() -> None:
    error = refused(b'{"type": "FeatureCollection",\n "features": [}')
    assert (error.code, error.params["line"], error.params["column"]) == ("json_broken", 2, 15)
    assert refused(b'{"type": "Topology"}').code == "not_supported"


def test_json_that_would_make_gdal_run_a_pipeline_is_only_json() -> None:
    evil = {"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read /etc/passwd"}
    assert refused(json.dumps(evil).encode()).code == "not_supported"


@pytest.mark.parametrize(
    ("heads", "cpg"),
    [
        (["Nguyễn Đặng Hoà".encode(), "Phạm Thị Ước".encode()], None),
        (["Nguyễn Đặng Hoà".encode(), "Phạm Thị Ước".encode()], "ISO-8859-1"),
        ([windows_1258("Nguyễn Đặng Hoà"), windows_1258("Phạm Thị Ước")], None),
        ([windows_1258("Nguyễn Đặng Hoà"), windows_1258("Phạm Thị Ước")], "1258"),
        (["NguyÔn §Æng Hoµ".encode("latin-1"), "Ph¹m ThÞ ¦íc".encode("latin-1")], None),
    ],
)
def test_shapefile_text_is_read_whole_in_every_encoding(tmp_path: Path, heads: list[bytes], cpg: str | None) -> None:
    written(tmp_path, "nha.shp", heads, encoding="ISO-8859-1")
    (tmp_path / "nha.cpg").unlink(missing_ok=True)
    if cpg:
        (tmp_path / "nha.cpg").write_text(cpg)
    table, values, geometry = read(zipped(tmp_path))
    assert (table.kind, table.sheet, table.srid) == ("shp", "Bản đồ/nha", 5897)
    assert table.matched == {"number": 0, "head": 1}
    assert values == [["012", "Nguyễn Đặng Hoà", "4"], ["7", "Phạm Thị Ước", "5"]]
    assert geometry == list(POINTS)


def test_a_shapefile_without_prj_asks_and_takes_the_answer(tmp_path: Path) -> None:
    written(tmp_path, "nha.shp", ["An", "Bé"])
    content = zipped(tmp_path, leave_out=(".prj",))
    assert refused(content).code == "crs_unknown"
    assert read(content, srid=5897)[0].srid == 5897


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        (CRS.from_epsg(27700).to_wkt("WKT1_ESRI"), "crs_unsupported"),
        (CRS.from_epsg(6956).to_wkt("WKT1_ESRI"), "crs_deprecated"),
        ("nowhere", "crs_unknown"),
    ],
)
def test_a_prj_that_does_not_fit_is_refused(tmp_path: Path, definition: str, code: str) -> None:
    written(tmp_path, "nha.shp", ["An", "Bé"])
    (tmp_path / "nha.prj").write_text(definition)
    assert refused(zipped(tmp_path)).code == code


def test_a_zip_with_several_layers_lets_one_be_chosen(tmp_path: Path) -> None:
    written(tmp_path, "a.shp", ["An", "Bé"])
    written(tmp_path, "b.shp", ["Cúc", "Dần"])
    content = zipped(tmp_path, extra={"__MACOSX/._a.shp": b"x"})
    table, values, _ = read(content, sheet="Bản đồ/b")
    assert (table.sheets, values[0][1]) == (("Bản đồ/a", "Bản đồ/b"), "Cúc")
    assert refused(content, sheet="c").code == "no_such_sheet"


def test_zips_that_reach_outside_or_lack_parts_are_refused(tmp_path: Path) -> None:
    written(tmp_path, "nha.shp", ["An", "Bé"])
    for name in ("../x.shp", "/etc/x.shp", "c:x.shp"):
        assert refused(zipped(tmp_path, extra={name: b""})).code == "zip_unsafe"
    link = zipfile.ZipInfo("link.shp")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(link, "/etc/passwd")
    assert refused(out.getvalue()).code == "zip_unsafe"
    missing = refused(zipped(tmp_path, leave_out=(".dbf",)))
    assert (missing.code, missing.params["missing"]) == ("shapefile_incomplete", ".dbf")
    assert refused(zipped(tmp_path, leave_out=(".shp", ".shx", ".dbf"))).code == "zip_without_table"
    assert refused((tmp_path / "nha.shp").read_bytes()).code == "shapefile_not_zipped"
    assert refused(zipped(tmp_path), limits=Limits(rows=1)).code == "too_many_rows"
    (tmp_path / "nha.dbf").write_bytes((tmp_path / "nha.dbf").read_bytes()[:120])
    assert refused(zipped(tmp_path)).code == "truncated"


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_a_geopackage_is_read_whatever_its_journal(tmp_path: Path, journal: str) -> None:
    path = written(tmp_path, "a.gpkg", ["Nguyễn Hoà", "Bé"], layer="nhà")
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA journal_mode = {journal}")
    database.close()
    table, values, geometry = read(path.read_bytes())
    assert (table.kind, table.sheet, table.srid) == ("gpkg", "nhà", 5897)
    assert values == [["1", "012", "Nguyễn Hoà", "4"], ["2", "7", "Bé", "5"]]
    assert geometry == list(POINTS)


def test_a_view_or_virtual_table_in_a_geopackage_is_no_layer(tmp_path: Path) -> None:
    path = written(tmp_path, "a.gpkg", ["An", "Bé"], layer="nha")
    with sqlite3.connect(path) as database:
        database.execute("ALTER TABLE nha RENAME TO hidden")
        database.execute("CREATE VIEW nha AS SELECT * FROM hidden")
        database.execute("UPDATE gpkg_contents SET table_name = 'nha'")
    database.close()
    assert refused(path.read_bytes()).code == "empty"


@pytest.mark.filterwarnings("ignore:.crs. was not provided")
def test_a_geopackage_without_a_system_asks(tmp_path: Path) -> None:
    path = written(tmp_path, "a.gpkg", ["An", "Bé"], crs=None)
    assert refused(path.read_bytes()).code == "crs_unknown"
    assert read(path.read_bytes(), srid=5897)[0].srid == 5897


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("files")
    content = written(folder, "a.gpkg", ["An", "Bé"]).read_bytes()
    (folder / "a.gpkg").unlink()
    written(folder, "nha.shp", ["An", "Bé"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:  # stored, so that damage reaches the Shapefile itself
        for path in folder.iterdir():
            packed.write(path, path.name)
    return [content, out.getvalue(), json.dumps(COLLECTION).encode()]


@given(st.integers(0, 2), st.data())
@settings(max_examples=200)
def test_a_damaged_file_is_read_or_refused(files: list[bytes], which: int, data: st.DataObject) -> None:
    content = files[which]
    at = data.draw(st.integers(0, len(content)))
    patch = data.draw(st.binary(min_size=1, max_size=8))
    for damaged in (content[:at] + patch + content[at + len(patch) :], content[:at]):
        try:
            with open_table(damaged, "nhà", SYNONYMS) as table:
                assert all(isinstance(value, str) for row in table.rows for value in row.values)
        except TableError as error:
            assert error.params["file"] == "nhà"


SCALARS = st.none() | st.booleans() | st.floats() | st.text(max_size=5)


def nested(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)


@given(st.recursive(SCALARS, nested))
def test_any_json_is_read_or_refused(anything: object) -> None:
    feature = {"type": "Feature", "properties": anything, "geometry": anything, "crs": anything, "id": anything}
    for kind, coordinates in (("Point", anything), ("Polygon", [[anything]]), (anything, anything)):
        document = {**feature, "geometry": {"type": kind, "coordinates": coordinates}}
        try:
            with open_table(json.dumps(document).encode(), "nhà", SYNONYMS) as table:
                assert len(list(table.rows)) == 1
        except TableError as error:
            assert error.params["file"] == "nhà"
