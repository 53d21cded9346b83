"""What people bring is read here and leads nowhere: not to another file, not to another host, not to a GDAL driver.

Every hostile file names a server of this test's own and a file with a word that is nowhere else; nobody may call the
server, and the word may come out nowhere.
"""

from __future__ import annotations

import ast
import gzip
import io
import json
import socket
import sqlite3
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import openpyxl
import pyogrio
import pyproj
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.test import Client

from households.models import ImportRun
from mapping import boundary_reading
from mapping.boundary_reading import BoundaryError
from mapping.tables import TableError, open_table

WORD = "mat-khau-cua-may-chu"
SYNONYMS = {"so_nha": "number", "ho_ten": "head"}
ROOT = Path(__file__).resolve().parents[2]


class Trap:
    """A server that notes who calls, and a file that nobody may read."""

    def __init__(self, folder: Path) -> None:
        self.secret = folder / "secret.geojson"
        point = {"type": "Point", "coordinates": [105.81, 19.67]}
        feature = {"type": "Feature", "geometry": point, "properties": {"so_nha": WORD, "ho_ten": WORD}}
        self.secret.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
        self.calls = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _address = self._server.accept()
            except OSError:
                return
            self.calls += 1
            caller.close()

    def close(self) -> None:
        self._server.close()


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[Trap]:
    (tmp_path / "trap").mkdir()
    made = Trap(tmp_path / "trap")
    yield made
    made.close()


def test_the_trap_would_be_noticed(trap: Trap) -> None:
    """GDAL itself would follow such a name; that is what the tests below would see."""
    socket.create_connection(("127.0.0.1", int(trap.url.rsplit(":", 1)[1]))).close()
    for _ in range(1000):
        if trap.calls:
            break
        threading.Event().wait(0.005)
    assert trap.calls == 1
    assert WORD in str(pyogrio.raw.read(trap.secret)[3])


# --- Hostile files ------------------------------------------------------------------------------------


def vrt(trap: Trap) -> bytes:
    return f"""<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{trap.secret}</SrcDataSource></OGRVRTLayer>
<OGRVRTLayer name="far"><SrcDataSource>/vsicurl/{trap.url}/x.geojson</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>
""".encode()


def gpx(trap: Trap) -> bytes:
    entities = f'<!ENTITY x SYSTEM "file://{trap.secret}"><!ENTITY y SYSTEM "{trap.url}/e">'
    return f"""<?xml version="1.0"?><!DOCTYPE gpx [{entities}]>
<gpx version="1.1"><wpt lat="19.67" lon="105.81"><name>&x;&y;</name><link href="{trap.url}/l"/></wpt></gpx>""".encode()


def gml(trap: Trap) -> bytes:
    return f"""<?xml version="1.0"?><FeatureCollection xmlns:gml="http://www.opengis.net/gml"
xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
xsi:schemaLocation="{trap.url} {trap.url}/s.xsd"><gml:featureMember xlink:href="{trap.url}/f"/></FeatureCollection>
""".encode()


def kml(trap: Trap) -> bytes:
    return f"<kml><NetworkLink><Link><href>{trap.url}/k.kml</href></Link></NetworkLink></kml>".encode()


def point_file(**more: object) -> bytes:
    point = {"type": "Point", "coordinates": [105.81, 19.67]}
    feature = {"type": "Feature", "geometry": point, "properties": {"so_nha": "12", "ho_ten": "An"}}
    return json.dumps({"type": "FeatureCollection", "features": [feature], **more}).encode()


def linked_geojson(trap: Trap) -> bytes:
    return point_file(crs={"type": "link", "properties": {"href": f"{trap.url}/crs", "type": "esriwkt"}})


def named_geojson(trap: Trap) -> bytes:
    return point_file(crs={"type": "name", "properties": {"name": f"{trap.url}/crs"}})


def topojson(trap: Trap) -> bytes:
    return json.dumps({"type": "Topology", "objects": {"a": {"type": "Point"}}, "url": trap.url}).encode()


def pointing_cells(trap: Trap) -> bytes:
    return (
        f'so_nha,ho_ten,WKT\n/vsicurl/{trap.url}/x,{trap.secret},POINT(105 19)\n=WEBSERVICE("{trap.url}"),b,\n'.encode()
    )


def shapefile(folder: Path, prj: str | None = None) -> dict[str, bytes]:
    """The parts of a small Shapefile."""
    folder.mkdir(exist_ok=True)
    pyogrio.raw.write(
        folder / "nha.shp",
        shapely.to_wkb(shapely.points([[580000, 2190000]])),
        [np.array(["12"], dtype=object), np.array(["An"], dtype=object)],
        np.array(["so_nha", "ho_ten"], dtype=object),
        geometry_type="Point",
        crs="EPSG:5897",
    )
    parts = {path.name: path.read_bytes() for path in folder.iterdir()}
    if prj is not None:
        parts["nha.prj"] = prj.encode()
    return parts


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def geopackage(folder: Path, *statements: str) -> bytes:
    """A GeoPackage of one house, after some SQL."""
    folder.mkdir(exist_ok=True)
    path = folder / "nha.gpkg"
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapely.points([[105.81, 19.67]])),
        [np.array(["12"], dtype=object), np.array(["An"], dtype=object)],
        np.array(["so_nha", "ho_ten"], dtype=object),
        geometry_type="Point",
        crs="EPSG:4326",
        layer="nha",
    )
    with sqlite3.connect(path) as database:
        for statement in statements:
            database.executescript(statement)
    database.close()
    content = path.read_bytes()
    path.unlink()
    return content


def workbook(rels: str = "", dtd: str = "") -> bytes:
    """A workbook with relations or an entity that lead out of it."""
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["so_nha", "ho_ten"])
    book.active.append(["12", "An"])
    book.save(out)
    parts = {}
    with zipfile.ZipFile(out) as packed:
        for name in packed.namelist():
            parts[name] = packed.read(name)
    if rels:
        name = "xl/_rels/workbook.xml.rels"
        parts[name] = parts[name].replace(b"</Relationships>", rels.encode() + b"</Relationships>")
    if dtd:
        name = "xl/worksheets/sheet1.xml"
        sheet = parts[name].decode()
        start = sheet.index("<worksheet")
        parts[name] = (sheet[:start] + dtd + sheet[start:].replace("<v>", "<v>&x;", 1)).encode()
    return zipped(parts)


def hostile(trap: Trap, folder: Path) -> dict[str, bytes]:
    """Files that lead elsewhere, under names that say they are something else."""
    plain = [vrt, gpx, gml, kml, linked_geojson, named_geojson, topojson, pointing_cells]
    files = {f"{make.__name__}.{suffix}": make(trap) for make in plain for suffix in ("gpkg", "csv", "shp")}
    files |= {"vrt.geojson.gz": gzip.compress(vrt(trap)), "vrt.zip": zipped({"a.vrt": vrt(trap), "a.shp": vrt(trap)})}
    for at, prj in enumerate(
        (
            f"{trap.url}/crs.prj", f"/vsicurl/{trap.url}/x", f"@{trap.secret}", f"+init={trap.secret}:1",
            f"+proj=tmerc +lon_0=105 +nadgrids={trap.url}/grid.gsb +type=crs",
            f"+proj=tmerc +lon_0=105 +geoidgrids=/vsicurl/{trap.url}/g +type=crs", "urn:ogc:def:crs:" + trap.url,
            'GEOGCS["x",DATUM["d",SPHEROID["s",6378137,298.257],EXTENSION["PROJ4_GRIDS","' + trap.url + '/g.gsb"]],'
            'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]', "/etc/passwd", "EPSG:4326/" + trap.url,
        )
    ):  # fmt: skip
        files[f"prj-{at}.zip"] = zipped(shapefile(folder / "shp", prj))
    parts = shapefile(folder / "shp")
    files["shp-is-vrt.zip"] = zipped({**parts, "nha.shp": vrt(trap)})
    files["shp-with-vrt.zip"] = zipped({**parts, "nha.vrt": vrt(trap), "layer.vrt": vrt(trap), "nha.gpkg": vrt(trap)})
    files["cpg.zip"] = zipped({**parts, "nha.cpg": f"{trap.secret}\n/vsicurl/{trap.url}".encode()})
    files["aux.zip"] = zipped({**parts, "nha.shp.aux.xml": gml(trap), "nha.qix": b"\0" * 64, "nha.sbn": b"\0" * 64})
    for at, name in enumerate(
        ("../nha.shp", "/tmp/nha.shp", "..\\nha.shp", "a/../../nha.shp", "c:/nha.shp", "nha\0.shp")
    ):
        files[f"name-{at}.zip"] = zipped({**parts, name: parts["nha.shp"]})
    for at, statements in enumerate(
        (
            "ALTER TABLE nha RENAME TO hidden; CREATE VIEW nha AS SELECT fid, geom, load_extension('x') AS so_nha, "
            "'b' AS ho_ten FROM hidden;",
            "CREATE TRIGGER t AFTER UPDATE ON nha BEGIN SELECT load_extension('x'); END;",
            f"UPDATE gpkg_contents SET table_name = '/vsicurl/{trap.url}/x', identifier = '{trap.url}';",
            f"UPDATE gpkg_spatial_ref_sys SET organization = 'x', definition = '{trap.url}/crs';",
            f"UPDATE gpkg_spatial_ref_sys SET organization = '{trap.url}', organization_coordsys_id = 1;",
            f"INSERT INTO gpkg_extensions VALUES ('nha', 'geom', 'gdal_aspatial', '{trap.url}', 'read-write');",
            "CREATE TABLE more (so_nha TEXT, ho_ten TEXT GENERATED ALWAYS AS (hex(zeroblob(99999999))) VIRTUAL);"
            "INSERT INTO more(so_nha) VALUES ('1'); INSERT INTO gpkg_contents(table_name, data_type) "
            "VALUES ('more', 'attributes');",
        )
    ):  # fmt: skip
        files[f"gpkg-{at}.gpkg"] = geopackage(folder / "gpkg", statements)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    for at, target in enumerate((f"{trap.url}/sheet.xml", f"file://{trap.secret}", f"../../../../../..{trap.secret}")):
        for what in ("worksheet", "sharedStrings", "externalLink", "styles"):
            entry = f'<Relationship Id="x{at}" Type="{kind}{what}" Target="{target}" TargetMode="External"/>'
            files[f"rels-{at}-{what}.xlsx"] = workbook(rels=entry)
    files["xxe.xlsx"] = workbook(dtd=f'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file://{trap.secret}">]>')
    files["xxe-far.xlsx"] = workbook(
        dtd=f'<!DOCTYPE worksheet SYSTEM "{trap.url}/x.dtd" [<!ENTITY x SYSTEM "{trap.url}">]>'
    )
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    files["laughs.xlsx"] = workbook(dtd=f'<!DOCTYPE worksheet [<!ENTITY l0 "ha">{laughs}<!ENTITY x "&l8;">]>')
    return files


def names(trap: Trap) -> list[str]:
    """What somebody may call a file."""
    return [
        f"/vsicurl/{trap.url}/x.geojson", f"/vsizip//vsicurl/{trap.url}/x.zip", f"/vsizip/{trap.secret}",
        "/vsistdin/", f"/vsisubfile/0_10,{trap.secret}", f"{trap.url}/x.gpkg", f"GPKG:{trap.secret}:x",
        f"PG:host=127.0.0.1 port={trap.url.rsplit(':', 1)[1]}", "../../etc/passwd", f"CSV:/vsicurl/{trap.url}",
        f"<OGRVRTDataSource>{trap.secret}</OGRVRTDataSource>", "a.shp", "b.vrt", "c.gpkg", "d.zip",
    ]  # fmt: skip


def test_no_file_leads_anywhere(trap: Trap, tmp_path: Path) -> None:
    files = hostile(trap, tmp_path)
    assert len(files) > 60
    seen = []
    for name, content in files.items():
        try:
            with open_table(content, name, SYNONYMS, srid=4326) as table:
                seen.append(str([(row.values, row.geometry) for row in table.rows]))
        except TableError as error:
            seen.append(str(error))
        path = tmp_path / "brought"
        path.write_bytes(content)
        try:
            seen.append(str(boundary_reading.read(path, kind="commune", srid=4326, zone=None)))
        except (TableError, BoundaryError) as error:
            seen.append(str(error))
    assert not trap.calls
    assert WORD not in "".join(seen)


def test_no_name_leads_anywhere(trap: Trap, tmp_path: Path) -> None:
    for name in names(trap):
        with open_table(point_file(), name, SYNONYMS) as table:
            assert [row.values for row in table.rows] == [["12", "An"]]
        with open_table(zipped(shapefile(tmp_path / "shp")), name, SYNONYMS) as table:
            assert [row.values for row in table.rows] == [["12", "An"]]
    assert not trap.calls


def test_names_typed_at_the_command_line_are_paths_of_this_machine(db: None, trap: Trap) -> None:
    for name in names(trap):
        if not Path(name).exists():
            with pytest.raises(CommandError):
                call_command("load_boundaries", name)
    assert not trap.calls


def test_no_hostile_file_brought_to_the_page_leads_anywhere(
    commune: object, officer_client: Client, trap: Trap, tmp_path: Path
) -> None:
    """Through the form, under the names that people may give."""
    for at, (name, content) in enumerate(hostile(trap, tmp_path).items()):
        upload = io.BytesIO(content)
        upload.name = names(trap)[at % 15] if at % 2 else name
        answer = officer_client.post("/imports/", {"commune": "99001", "file": upload})
        assert answer.status_code < 500, name
    for run in ImportRun.objects.all():
        assert officer_client.get(f"/imports/{run.pk}/columns/").status_code < 500
        assert WORD not in str(run.reading)
        assert "/" not in run.file.name and "\\" not in run.file.name
        assert run.file.content_type == "application/octet-stream"
    assert not trap.calls


def test_an_entity_in_a_sheet_is_not_expanded(trap: Trap) -> None:
    for dtd in (
        f'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file://{trap.secret}">]>',
        '<!DOCTYPE worksheet [<!ENTITY x "12">]>',
    ):
        with pytest.raises(TableError) as caught, open_table(workbook(dtd=dtd), "a.xlsx", SYNONYMS) as table:
            list(table.rows)
        assert caught.value.code == "damaged"


def test_only_one_module_hands_a_file_to_gdal_and_proj_has_no_network() -> None:
    """GDAL reads in `mapping/tables/shapefile.py`, by a name of ours, and in the process that `mapping/vector/` has."""
    assert not pyproj.network.is_network_enabled()
    assert pyogrio.get_gdal_config_option("CPL_VSIL_CURL_ALLOWED_EXTENSIONS") == ".none"
    readers, gdal = set(), set()
    for floor in ("config", "mapping", "households", "soil_map"):
        for path in (ROOT / floor).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            where = path.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Attribute) and ast.unparse(node) in (
                    "pyogrio.raw.read",
                    "pyogrio.read_dataframe",
                ):
                    readers.add(where)
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if any(name.startswith(("osgeo", "fiona", "rasterio", "django.contrib.gis.gdal")) for name in names):
                    gdal.add(where)
    assert readers == {"mapping/tables/shapefile.py", "mapping/vector/gdal_child.py"}
    assert gdal <= {"soil_map/surfaces/rasters.py"}  # which reads nothing but what it wrote itself


def test_titles_that_cannot_be_stored_are_cleaned(commune: object, officer_client: Client) -> None:
    """PostgreSQL refuses U+0000 and lone halves of pairs, in JSON too."""
    features = point_file().replace(b'"ho_ten"', b'"ho\\u0000\\ud800_ten"')
    for content in (b"so_nha,\0lat,\x7flng\n1,19.67,105.81\n", features):
        upload = io.BytesIO(content)
        upload.name = "a.csv"
        answer = officer_client.post("/imports/", {"commune": "99001", "file": upload})
        assert answer.status_code in (302, 400)
    assert all("\0" not in str(run.reading) for run in ImportRun.objects.all())
