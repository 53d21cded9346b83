"""Loading the real communes of Thanh Hóa: `SONHA_BOUNDARIES=FILE script/test tests/mapping/test_boundaries_real.py`."""

from __future__ import annotations

import os
from typing import Any

import pytest
import shapely
from django.core.management import call_command

from households.demo import commune as demo
from households.models import House
from mapping import crs
from mapping.models import Unit

FILE = os.environ.get("SONHA_BOUNDARIES", "")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILE, reason="SONHA_BOUNDARIES names no file"),
]


def test_all_communes_load_with_their_area_and_a_second_run_changes_nothing(capsys: Any) -> None:
    call_command("load_boundaries", FILE, "--parent", "38", "--parent-name", "Thanh Hóa")
    said = capsys.readouterr().out
    assert "166 đơn vị thêm mới" in said
    assert "Múi VN-2000 làm diện tích lệch" not in said
    assert "16543 Xã Quảng Bình: tệp ghi 23,51 km², đo được 22,98 km², lệch -2,2 %" in said
    assert "lệch -20,7 %" in said  # Tân Tiến
    for unit in Unit.objects.communes():
        geodesic = crs.geodesic_area_m2(shapely.from_wkb(bytes(unit.outline.wkb)))
        assert unit.area_m2 == pytest.approx(geodesic, rel=0.001), unit
    call_command("load_boundaries", FILE)
    assert "0 đơn vị thêm mới, 0 thay đổi, 166 giữ nguyên" in capsys.readouterr().out


def test_over_the_demo_the_outline_is_replaced_and_every_house_stays_inside(tmp_path: Any, capsys: Any) -> None:
    call_command("demo", "--accounts", "no", "--list", str(tmp_path / "list.xlsx"))
    houses = set(House.objects.values_list("pk", "commune_id", "village_id"))
    capsys.readouterr()
    call_command("load_boundaries", FILE)
    said = capsys.readouterr().out
    assert "165 đơn vị thêm mới, 1 thay đổi, 0 giữ nguyên" in said
    assert "ngoài ranh giới" not in said
    assert set(House.objects.values_list("pk", "commune_id", "village_id")) == houses
    unit = Unit.objects.current().get(code=demo.CODE, kind="commune")
    assert not unit.is_invented
    assert House.objects.filter(location__coveredby=unit.outline).count() == len(houses)
