"""Loading boundaries, on outlines invented here."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from django.core.management import CommandError, call_command

from households.models import House
from mapping import crs
from mapping.models import Unit
from tests import factories

pytestmark = pytest.mark.django_db


def box(west: float, south: float = 19.66, size: float = 0.02) -> dict[str, Any]:
    """A square with its lower left corner there."""
    return shapely.geometry.mapping(shapely.box(west, south, west + size, south + size))


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


WEST = feature(box(105.80), code="99001", fullName="Xã Bình Minh", areaKm2=4.65)
EAST = feature(box(105.82), code="99002", fullName="Phường Tân Lập", name="Tân Lập")
BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[105.8, 19.6], [105.9, 19.7], [105.9, 19.6], [105.8, 19.7], [105.8, 19.6]]],
}
POINT = {"type": "Point", "coordinates": [105.8, 19.6]}
SMALL_LOOP = {
    "type": "Polygon",
    "coordinates": [
        [[105.8, 19.6], [105.85, 19.6], [105.9, 19.6], [105.9, 19.7], [105.85, 19.7], [105.8501, 19.7001],
         [105.85, 19.7001], [105.8501, 19.6999], [105.8, 19.7], [105.8, 19.6]]
    ],
}  # fmt: skip


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def geojson(*features: dict[str, Any], name: str = "ranh-gioi.geojson") -> Path:
        path = tmp_path / name
        content = json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    return geojson


def load(path: Path, *options: str, capsys: Any = None) -> str:
    call_command("load_boundaries", str(path), *options)
    return capsys.readouterr().out if capsys else ""


def test_communes_of_a_packed_geojson_become_units_below_their_province(write: Any, capsys: Any) -> None:
    path = write(WEST, EAST, name="xa.geojson.gz")
    said = load(path, "--parent", "38", "--parent-name", "Tỉnh Thanh Hóa", capsys=capsys)
    assert "2 đơn vị thêm mới" in said
    ward = Unit.objects.get(code="99002")
    assert (ward.full_name, ward.name, ward.name_folded) == ("Phường Tân Lập", "Tân Lập", "tan lap")
    assert (ward.parent.full_name, ward.vn2000_srid, ward.is_invented) == ("Tỉnh Thanh Hóa", 5897, False)
    geodesic = crs.geodesic_area_m2(shapely.from_wkb(bytes(ward.outline.wkb)))
    assert ward.area_m2 == pytest.approx(geodesic, rel=0.001)


def test_a_second_run_changes_nothing(write: Any, capsys: Any) -> None:
    path = write(WEST, EAST)
    load(path, "--parent", "38", "--parent-name", "Thanh Hóa")
    before = list(Unit.objects.order_by("pk").values())
    assert "0 đơn vị thêm mới, 0 thay đổi, 2 giữ nguyên" in load(path, capsys=capsys)
    assert list(Unit.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("kind", ["gpkg", "shp"])
def test_a_vn2000_layer_lands_where_its_degrees_are(tmp_path: Path, kind: str) -> None:
    factories.province()
    there = crs.to_zone(shapely.box(105.80, 19.66, 105.82, 19.68), 5897)
    layer = tmp_path / f"xa.{kind}"
    pyogrio.raw.write(
        layer,
        np.array([shapely.to_wkb(there)], dtype=object),
        [np.array(["16543"], dtype=object), np.array(["Xã Quảng Bình"], dtype=object)],
        ["MA_XA", "TEN_XA"],
        geometry_type="Polygon",
        crs="EPSG:5897",
        encoding="UTF-8",
    )
    path = layer
    if kind == "shp":
        path = tmp_path / "xa.zip"
        with zipfile.ZipFile(path, "w") as packed:
            for part in tmp_path.glob("xa.*"):
                if part != path:
                    packed.write(part, part.name)
    load(path)
    unit = Unit.objects.get(code="16543")
    assert unit.full_name == "Xã Quảng Bình"
    assert unit.outline.extent == pytest.approx((105.80, 19.66, 105.82, 19.68), abs=1e-7)


def test_a_shapefile_without_prj_asks_for_its_system_and_takes_the_answer(tmp_path: Path) -> None:
    factories.province()
    there = crs.to_zone(shapely.box(105.80, 19.66, 105.82, 19.68), 5897)
    fields = [np.array(["99001"], dtype=object), np.array(["Bình Minh"], dtype=object)]
    pyogrio.raw.write(
        tmp_path / "xa.shp", np.array([shapely.to_wkb(there)], dtype=object), fields, ["MA", "TEN"],
        geometry_type="Polygon", crs="EPSG:5897", encoding="UTF-8",
    )  # fmt: skip
    path = tmp_path / "xa.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for suffix in ("shp", "shx", "dbf"):
            packed.write(tmp_path / f"xa.{suffix}", f"xa.{suffix}")
    with pytest.raises(CommandError, match=r"xa\.zip.*\.prj"):
        load(path)
    load(path, "--kind", "commune", "--crs", "EPSG:5897")
    assert Unit.objects.get(code="99001").outline.extent == pytest.approx((105.80, 19.66, 105.82, 19.68), abs=1e-7)


def test_a_small_loop_is_mended_and_told(write: Any, capsys: Any) -> None:
    factories.province()
    said = load(write(feature(SMALL_LOOP, code="99001", name="Bình Minh")), capsys=capsys)
    assert "99001 Bình Minh: Self-intersection" in said
    assert Unit.objects.get(code="99001").outline.valid


@pytest.mark.parametrize(
    ("features", "sentence"),
    [
        ([WEST, feature(box(105.82), name="Tân Lập")], r"đối tượng 2: thiếu mã"),
        ([WEST, feature(BOW_TIE, code="99002", name="Tân Lập")], r"đối tượng 2: .*tự cắt tại 105\.85\d*, 19\.65"),
        ([WEST, feature(box(105.82), code="9900X", name="Tân Lập")], r"đối tượng 2: .*9900X"),
        ([WEST, feature(box(19.6, 105.8), code="99002", name="Tân Lập")], r"đối tượng 2: .*ngoài Việt Nam"),
        ([WEST, feature(POINT, code="99002", name="Tân Lập")], r"đối tượng 2: .*vùng khép kín"),
        ([WEST, feature(None, code="99002", name="Tân Lập")], r"đối tượng 2: .*không có ranh giới"),
        ([WEST, feature(box(105.82), code="99002")], r"đối tượng 2: .*thiếu tên"),
        ([WEST, feature(box(105.82), code="99001", name="Tân Lập")], r"đối tượng 2: mã “99001” đã có ở đối tượng 1"),
        ([WEST, feature(box(105.82), code="99002", name="A", ma_tinh="77")], r"đối tượng 2 .*mang mã 77"),
        ([], r"tệp|Tệp"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_feature_and_nothing_is_stored(write: Any, features: list[Any], sentence: str) -> None:
    factories.province()
    with pytest.raises(CommandError, match=sentence) as refusal:
        load(write(*features))
    assert refusal.value.returncode == 1
    assert list(Unit.objects.values_list("code", flat=True)) == ["38"]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "trong.geojson").touch()
    with pytest.raises(CommandError, match=r"trong\.geojson"):
        load(tmp_path / "trong.geojson")


@pytest.mark.parametrize("options", [("--zone", "32648"), ("--zone", "6956"), ("--crs", "abc"), ("--parent-name", "A")])
def test_a_wrong_argument_ends_with_status_two(write: Any, options: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refusal:
        load(write(WEST), *options)
    assert refusal.value.returncode == 2


def test_without_any_province_the_sentence_says_how_to_name_one(write: Any) -> None:
    with pytest.raises(CommandError, match="--parent-name"):
        load(write(WEST))


def test_a_moved_outline_keeps_the_unit_and_its_houses_and_counts_those_outside(
    commune: Unit, write: Any, capsys: Any
) -> None:
    inside = factories.house(commune, 105.812, 19.67)
    outside = factories.house(commune, 105.795, 19.67)
    said = load(write(feature(box(105.80), code=commune.code, fullName="Xã Bình Minh Mới")), capsys=capsys)
    assert "1 thay đổi" in said
    assert "Xã Bình Minh Mới: 1 nhà nay nằm ngoài ranh giới" in said
    after = Unit.objects.get(code=commune.code)
    assert (after.pk, after.name, after.is_invented) == (commune.pk, "Bình Minh Mới", False)
    assert set(House.objects.filter(commune=after)) == {inside, outside}
    assert Unit.objects.filter(parent=after, is_invented=True).count() == 2


def test_a_stated_area_that_is_off_and_a_zone_that_is_far_are_told(write: Any, capsys: Any) -> None:
    factories.province()
    said = load(write({**WEST, "properties": {**WEST["properties"], "areaKm2": 5.0}}), "--zone", "3406", capsys=capsys)
    assert "99001 Xã Bình Minh: tệp ghi 5,00 km²" in said
    assert "múi 3406, lệch" in said


def test_overlaps_and_gaps_between_neighbours_are_told(write: Any, capsys: Any) -> None:
    factories.province()
    ring = shapely.box(105.8, 19.6, 105.9, 19.7).difference(shapely.box(105.84, 19.64, 105.86, 19.66))
    said = load(
        write(
            feature(shapely.geometry.mapping(ring), code="99001", name="Vành"),
            feature(box(105.89, 19.6), code="99002", name="Cạnh"),
        ),
        capsys=capsys,
    )
    assert "99001 Vành – 99002 Cạnh" in said
    assert "105.85000, 19.65000" in said


def test_villages_are_numbered_below_the_commune_that_the_file_names(commune: Unit, write: Any) -> None:
    path = write(
        feature(box(105.80), ma_xa=99001, ma_thon=3, ten_thon="Thôn Đông"),
        feature(box(105.82), ma_xa=99001, code=4, ten_thon="Bản Lác"),
    )
    load(path)
    assert [(unit.code, unit.full_name) for unit in Unit.objects.filter(parent=commune, code__gt="99001-02")] == [
        ("99001-03", "Thôn Đông"),
        ("99001-04", "Bản Lác"),
    ]
