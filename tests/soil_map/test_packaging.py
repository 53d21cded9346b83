"""The GeoPackage of a commune's soil: opened by GDAL, its tables and styles read as QGIS reads them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pyogrio
import pytest
import shapely
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mapping import crs, files
from mapping.access import Role
from mapping.jobs import run_job
from mapping.models import AuditEntry, Job, Unit
from soil_map import privacy
from soil_map.models import Campaign, Sample, SoilClass, Surface
from soil_map.packaging import job as packaging
from soil_map.packaging.layers import Contents
from soil_map.packaging.qgis import Kind, by_range
from soil_map.surfaces import making
from tests import factories
from tests.soil_map import soil_factories

pytestmark = pytest.mark.django_db

ZONES = "zones_ph_kcl_0_20_2025"


@pytest.fixture
def commune() -> Unit:
    return factories.commune()


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    """Estimated, published, with three private samples; beside it a soil map, a parcel and a campaign to come."""
    found = soil_factories.campaign(commune, is_published=True)
    samples = soil_factories.grid_of_samples(found, "ph_kcl")
    soil_factories.result(samples[0], "n_kjeldahl", 0.12, is_below_detection=False, written="0,12")
    soil_factories.result(samples[0], "n_kjeldahl", 0.16, replicate=2, written="0,16")
    Sample.objects.filter(pk__in=[one.pk for one in samples[1:4]]).update(is_private=True)
    surface = Surface.objects.create(
        campaign=found, method_id="ph_kcl", epsg=commune.vn2000_srid, cell_m=50, sample_count=49
    )
    making.make(surface)
    soil_factories.soil_map(commune, is_published=True)
    soil_factories.parcel(commune)
    later = soil_factories.campaign(commune, "Đợt sau")
    soil_factories.sample(later, ph_kcl=5.5)
    return found


def package(commune: Unit, folder: Path, *, for_public: bool = False) -> Path:
    path = folder / f"{for_public}.gpkg"
    packaging.write(Contents(commune, for_public=for_public), path, lambda done, total: None)
    return path


def rows(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


def test_it_is_a_geopackage_that_gdal_opens_with_every_layer(campaign: Campaign, tmp_path: Path) -> None:
    path = package(campaign.commune, tmp_path)
    assert rows(path, "PRAGMA application_id") == [(0x47504B47,)]  # GPKG
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    found = {name: kind for name, kind in pyogrio.list_layers(path) if name != "layer_styles"}
    assert found == {
        "commune": "MultiPolygon", "villages": "MultiPolygon", "soil_units": "MultiPolygon", "soil_components": None,
        ZONES: "MultiPolygon", f"{ZONES}_ph_kcl_paddy": "MultiPolygon", "samples": "Point", "results": None,
        "parcels": "MultiPolygon", "classes": None, "about": None,
    }  # fmt: skip
    for name, kind in found.items():
        assert pyogrio.read_info(path, layer=name)["crs"] == ("EPSG:4326" if kind else None)
    assert dict(rows(path, "SELECT table_name, identifier FROM gpkg_contents"))["parcels"] == "Thửa đất"


def test_samples_stand_wide_at_their_places_and_results_long(campaign: Campaign, tmp_path: Path) -> None:
    path = package(campaign.commune, tmp_path)
    meta, _, places, fields = pyogrio.raw.read(path, layer="samples")
    table = dict(zip(meta["fields"].tolist(), fields, strict=True))
    assert len(places) == 50 and int(table["private"].sum()) == 3
    # Replicates of one sample are averaged.
    assert sorted(value for value in table["n_kjeldahl"] if value == value) == [pytest.approx(0.14)]
    first = Sample.objects.select_related("site").get(pk=table["sample_id"][0])
    assert shapely.from_wkb(places[0]).coords[0] == pytest.approx(first.site.location.coords)
    assert rows(path, "SELECT count(*), count(DISTINCT sample_id) FROM results") == [(52, 50)]
    assert rows(path, "SELECT value, unit, written FROM results WHERE replicate = 2") == [(0.16, "% N", "0,16")]


def test_zones_have_their_classes_and_areas_that_add_up(campaign: Campaign, tmp_path: Path) -> None:
    path = package(campaign.commune, tmp_path)
    surveyed = campaign.surfaces.get().surveyed_m2 or 0
    assert rows(path, f"SELECT sum(area_ha) FROM {ZONES}")[0][0] == pytest.approx(surveyed / 10_000, abs=0.001)
    _meta, _, outlines, _fields = pyogrio.raw.read(path, layer=ZONES)
    measured = sum(crs.zone_area_m2(one, campaign.commune.vn2000_srid) for one in shapely.from_wkb(outlines))
    assert measured == pytest.approx(surveyed, rel=1e-6)
    assert rows(path, f"SELECT limits FROM {ZONES} WHERE class = 'ít chua'") == [("4 đến dưới 6",)]


def test_units_name_their_soils_and_components_lie_beside_them(campaign: Campaign, tmp_path: Path) -> None:
    path = package(campaign.commune, tmp_path)
    assert rows(path, "SELECT symbol, soil, wrb_group, soils FROM soil_units ORDER BY symbol") == [
        ("Pg", "Đất phù sa glây", "Fluvisols", "Đất phù sa glây 100 %"),
        ("Xf", "Đất xám", "Acrisols", "Đất xám 70 %; Đất tầng mỏng 30 %"),
    ]
    joined = "SELECT count(*) FROM soil_units JOIN soil_components USING (unit_id)"
    assert rows(path, joined) == [(3,)]


def test_styles_are_where_qgis_looks_and_have_the_colours_of_the_classes(campaign: Campaign, tmp_path: Path) -> None:
    path = package(campaign.commune, tmp_path)
    assert rows(path, "SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'") == [("attributes",)]
    styles = rows(path, "SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles")
    assert {table for table, *_ in styles} == {
        "commune", "villages", "soil_units", ZONES, f"{ZONES}_ph_kcl_paddy", "samples", "parcels"
    }  # fmt: skip
    for table in {table for table, *_ in styles}:
        assert sum(default for name, _, _, default in styles if name == table) == 1
        (column,) = {name for one, name, *_ in styles if one == table}
        assert rows(path, f"SELECT column_name FROM gpkg_geometry_columns WHERE table_name = '{table}'") == [(column,)]
    zones = Xml.fromstring(next(text for table, _, text, _ in styles if table == ZONES))
    renderer = zones.find("renderer-v2")
    assert renderer is not None and renderer.get("type") == "categorizedSymbol" and renderer.get("attr") == "class"
    drawn = {
        category.get("value"): painted(renderer, category.get("symbol") or "") for category in renderer.iter("category")
    }
    classes = SoilClass.objects.filter(scheme__key="ph_kcl_bac_ninh_2021", scheme__version=1)
    assert drawn == {one.label_vi: one.colour for one in classes}
    # Whatever is in the layer has a colour.
    assert {name for (name,) in rows(path, f"SELECT class FROM {ZONES}")} <= set(drawn)
    symbols = Xml.fromstring(next(text for table, _, text, _ in styles if table == "soil_units"))
    assert {one.get("value") for one in symbols.iter("category")} == {"Pg", "Xf"}


def painted(renderer: Xml.Element, symbol: str) -> str:
    """The colour of a symbol, the same as an option and as a property."""
    found = next(one for one in renderer.iter("symbol") if one.get("name") == symbol)
    (option,) = (one.get("value") for one in found.iter("Option") if one.get("name") == "color")
    (prop,) = (one.get("v") for one in found.iter("prop") if one.get("k") == "color")
    assert option == prop and option is not None
    return "#" + "".join(f"{int(part):02x}" for part in option.split(",")[:3])


def test_a_number_on_a_limit_is_drawn_in_the_class_above() -> None:
    """QGIS takes the first range that holds the number, ends included."""
    low, medium = Kind("thấp", "#b2182b", high=4.0), Kind("vừa", "#fee08b", low=4.0, high=6.0)
    kinds = [low, medium, Kind("cao", "#1a9641", low=6.0)]
    renderer = Xml.fromstring(by_range("marker", "ph_kcl", kinds, lowest=2, highest=11)).find("renderer-v2")
    assert renderer is not None

    def shown(value: float) -> str | None:
        for one in renderer.iter("range"):
            if float(one.get("lower") or 0) <= value <= float(one.get("upper") or 0):
                return one.get("label")
        return None

    assert [shown(value) for value in (2, 3.99, 4.0, 5.99, 6.0, 11)] == ["thấp", "thấp", "vừa", "vừa", "cao", "cao"]


def test_for_the_public_there_is_what_anyone_may_see(campaign: Campaign, tmp_path: Path) -> None:
    path = package(campaign.commune, tmp_path, for_public=True)
    names = {name for name, _ in pyogrio.list_layers(path)}
    assert "parcels" not in names
    assert {name for (name,) in rows(path, "SELECT DISTINCT campaign FROM samples")} == {campaign.name}
    meta, _, places, fields = pyogrio.raw.read(path, layer="samples")
    table = dict(zip(meta["fields"].tolist(), fields, strict=True))
    hidden = [at for at, is_private in enumerate(table["private"]) if is_private]
    assert 1 <= len(hidden) <= 3 and len(places) == 46 + len(hidden)
    assert hidden == list(range(len(places) - len(hidden), len(places)))  # a place among codes would tell a code
    private = Sample.objects.filter(is_private=True).select_related("site")
    squares = {privacy.coarsened(*one.site.location.coords, 5897) for one in private}
    assert [shapely.from_wkb(places[at]).coords[0] for at in hidden] == sorted(squares)
    for name in ("sample_id", "site", "laboratory_code", "ph_kcl", "depth_from_cm", "sampled_on"):
        assert all(_is_empty(table[name][at]) for at in hidden), name
    everything = path.read_bytes()
    for one in private:
        assert str(one.pk).encode() not in everything and one.site.code.encode() not in everything


@pytest.mark.parametrize("code", ["12/345", "BĐ 12/345-1", "12-345"])
def test_a_code_that_tells_a_field_is_a_running_number_for_the_public(
    campaign: Campaign, tmp_path: Path, code: str
) -> None:
    """The last by where it lies alone: in the field 12/345, which the row does not name."""
    soil_factories.sample(campaign, soil_factories.site(campaign.commune, code=code), ph_kcl=5.0)
    public = package(campaign.commune, tmp_path, for_public=True)
    sites = [site for (site,) in rows(public, "SELECT site FROM samples WHERE NOT private ORDER BY rowid")]
    assert sites[-1] == str(campaign.samples.count()) and code.encode() not in public.read_bytes()
    (tmp_path / "office").mkdir()
    office = package(campaign.commune, tmp_path / "office")
    assert (code,) in rows(office, "SELECT site FROM samples")


def test_more_samples_ask_no_more_of_the_database(commune: Unit, tmp_path: Path) -> None:
    found = soil_factories.campaign(commune, is_published=True)
    soil_factories.parcel(commune)
    counts = []
    for many in (2, 20):
        for number in range(many):
            soil_factories.sample(found, soil_factories.site(commune, code=f"QB-{many}-{number}"), ph_kcl=5.0)
        (tmp_path / str(many)).mkdir()
        with CaptureQueriesContext(connection) as asked:
            public = package(commune, tmp_path / str(many), for_public=True)
        counts.append(len(asked))
    assert counts[0] == counts[1] and len(rows(public, "SELECT site FROM samples")) == 22


def test_labels_name_the_unit_of_limits_that_are_not_in_the_unit_of_their_field(commune: Unit, tmp_path: Path) -> None:
    found = soil_factories.campaign(commune)
    soil_factories.sample(found, p_olsen=1.3, ph_kcl=5.0)
    path = package(commune, tmp_path)
    styles = dict(rows(path, "SELECT styleName, styleQML FROM layer_styles WHERE f_table_name = 'samples'"))
    labels = {
        name.partition(",")[0]: [one.get("label") or "" for one in Xml.fromstring(text).iter("range")]
        for name, text in styles.items()
    }
    ph, olsen = labels["Độ chua pH"], labels["Lân dễ tiêu"]
    assert len(olsen) > 1 and all(label.endswith(" mg/kg P)") for label in olsen), olsen
    assert "ít chua (4 đến dưới 6)" in ph


def _is_empty(value: Any) -> bool:
    return value is None or value != value  # NaN, NaT


def ordered(client: Client, commune: Unit, **wish: str) -> Job:
    answer = client.post(f"/soil/desk/{commune.code}/export/", wish)
    assert answer.status_code == 302, answer.content.decode()
    job = Job.objects.get(pk=answer.headers["Location"].rstrip("/").rpartition("/")[2])
    run_job(job_id=str(job.pk))
    job.refresh_from_db()
    return job


@pytest.fixture
def client(commune: Unit) -> Client:
    signed_in = Client()
    signed_in.force_login(factories.user("nong", "Phạm Thị Hạnh", role=Role.AGRONOMIST, at=commune))
    return signed_in


@pytest.mark.django_db(transaction=True)
def test_the_job_hands_the_file_out_and_writes_down_whose_private_places_left(
    client: Client, campaign: Campaign
) -> None:
    job = ordered(client, campaign.commune)
    assert job.state == "done" and job.result_file is not None
    assert job.result_file.kept_until is not None
    answer = client.get(f"/files/{job.result_file_id}/")
    assert answer["Content-Type"] == "application/geopackage+sqlite3"
    assert pyogrio.read_info(files.path_of(job.result_file), layer="samples")["features"] == 50
    with transaction.atomic():
        entry = AuditEntry.objects.get(action="soil.export")
    private = set(Sample.objects.filter(is_private=True).values_list("pk", flat=True))
    assert (entry.count, set(entry.rows or ()), entry.table) == (50, private, "soil_map_sample")
    shared = ordered(client, campaign.commune, **{"for": "public"})
    assert shared.result_file is not None and shared.result_file.kept_until is None
    assert shared.result_file.name.startswith("dat-cong-bo-")


def test_where_there_is_nothing_a_sentence_says_what_to_bring(client: Client, commune: Unit) -> None:
    answer = client.post(f"/soil/desk/{commune.code}/export/")
    assert answer.status_code == 400 and "chưa có dữ liệu đất nào" in answer.content.decode()
    soil_factories.campaign(commune)
    answer = client.post(f"/soil/desk/{commune.code}/export/", {"for": "public"})
    assert answer.status_code == 400 and "chưa công bố" in answer.content.decode()
    assert not Job.objects.exists()
