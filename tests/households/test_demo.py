"""The demo commune: what it looks like, and what the command does to a database."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.test import Client

from households.demo import commune as demo
from households.demo import loading
from households.demo.commune import Commune
from households.models import (
    Frontage,
    House,
    Household,
    Plate,
    Street,
    SurveyAssignment,
    SurveyDevice,
    SurveyRound,
    SurveyVisit,
)
from households.streets import shape
from mapping import crs, text
from mapping.models import Grant, Unit, User
from tests import factories
from tests.survey import world as survey_world


@pytest.fixture(scope="module")
def drawn() -> Commune:
    return demo.build()


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return tmp_path / "danh-sach-nha.xlsx"


def run(sample: Path, *options: str) -> None:
    call_command("demo", "--list", str(sample), *options)


def test_it_is_the_same_at_every_run(drawn: Commune) -> None:
    assert demo.build() == drawn


def test_twelve_villages_share_the_commune_without_gap_or_overlap(drawn: Commune) -> None:
    polygons = [polygon for _name, polygon in drawn.villages]
    assert len({name for name, _polygon in drawn.villages}) == 12
    assert all(polygon.is_valid for polygon in polygons)
    assert shapely.coverage_is_valid(polygons)
    assert shapely.equals(shapely.coverage_union_all(polygons), drawn.outline)


def test_every_house_stands_in_its_village_within_1200_m_and_apart_from_others(drawn: Commune) -> None:
    points = [house.point for house in drawn.houses + drawn.new_houses]
    assert 2_300 <= len(drawn.houses) <= 2_500
    for house in drawn.houses + drawn.new_houses:
        assert drawn.villages[house.village][1].contains(house.point)
    lng, lat = shapely.get_x(points), shapely.get_y(points)
    centre_lng, centre_lat = demo.CENTRE
    assert crs.distance_m(demo.ZONE, lng, lat, lng * 0 + centre_lng, lat * 0 + centre_lat).max() < 1_200
    flat = [crs.to_zone(point, demo.ZONE) for point in points]
    first, second = shapely.STRtree(flat).query(flat, predicate="dwithin", distance=10.0)
    assert (first == second).all()


def test_numbers_are_odd_left_even_right_nested_and_given_once(drawn: Commune) -> None:
    numbered = [house for house in drawn.houses if house.number]
    assert len({(house.number, house.street) for house in numbered}) == len(numbered)
    assert all(re.fullmatch(r"[0-9]+(/[0-9]+)*A?", house.number) for house in numbered)
    assert any(house.number.count("/") == 1 for house in numbered)
    assert any(house.number.count("/") == 2 for house in numbered)
    roads = [street for street in drawn.streets if street.kind == "road"]
    for road in roads:
        line = crs.to_zone(road.line, demo.ZONE)
        for house in numbered:
            if house.street == road.name and "/" not in house.number:
                point = crs.to_zone(house.point, demo.ZONE)
                if line.distance(point) < 30:
                    left = shapely.LineString(line.coords).parallel_offset(8, "left").distance(point) < 8
                    assert left == (int(house.number.rstrip("A")) % 2 == 1), house


def test_gaps_are_those_of_real_lists_and_every_text_is_composed(drawn: Commune) -> None:
    houses = drawn.houses
    people = [household for house in houses for household in house.households]
    share = len(houses)
    assert 0.03 < sum(not house.number for house in houses) / share < 0.10
    assert 0.02 < sum(not house.households for house in houses) / share < 0.08
    assert 0.04 < sum(len(house.households) > 1 for house in houses) / share < 0.12
    assert 0.15 < sum(not person.phone for person in people) / len(people) < 0.30
    assert 0.33 < sum(person.head_name.startswith("Nguyễn ") for person in people) / len(people) < 0.45
    for written in (*(person.head_name for person in people), *(house.street for house in houses)):
        assert unicodedata.is_normalized("NFC", written)
    phones = [person.phone for person in people if person.phone]
    assert len(set(phones)) == len(phones)
    assert all(text.normal_phone(phone) == phone and phone.startswith("090000") for phone in phones)


def test_the_command_fills_an_empty_database_and_marks_everything_as_invented(
    db: None, sample: Path, capsys: Any, drawn: Commune
) -> None:
    run(sample)
    said = capsys.readouterr().out
    assert House.objects.count() == len(drawn.houses)
    assert not House.objects.exclude(note=loading.NOTE).exists()
    unit = Unit.objects.get(code="16543", kind="commune")
    assert (unit.full_name, unit.parent.full_name, unit.is_invented) == ("Xã Quảng Bình", "Tỉnh Thanh Hóa", True)
    assert "không phải ranh giới chính thức" in unit.source
    assert unit.children.filter(is_invented=True).count() == 12
    for username in ("canbo", "nongnghiep", "xem", "dieutra", "quantri"):
        assert re.search(rf"{username} +{loading.KNOWN_PASSWORD}", said)
        assert Client().login(username=username, password=loading.KNOWN_PASSWORD)
    granted = {("canbo", "commune_officer"), ("nongnghiep", "agronomist"), ("xem", "viewer"), ("dieutra", "surveyor")}
    assert set(Grant.objects.values_list("user__username", "role")) == granted


def test_a_second_run_changes_nothing(db: None, sample: Path, capsys: Any) -> None:
    kept = (Unit, House, Household, User, Grant, SurveyRound, SurveyAssignment, SurveyDevice, SurveyVisit)
    run(sample)
    before = [list(model.objects.order_by("pk").values()) for model in kept]
    capsys.readouterr()
    run(sample)
    after = [list(model.objects.order_by("pk").values()) for model in kept]
    assert after == before
    assert "giữ nguyên" in capsys.readouterr().out


def test_a_reset_renews_the_demo_and_keeps_what_others_added(db: None, sample: Path) -> None:
    run(sample, "--accounts", "no")
    unit = Unit.objects.get(code="16543", kind="commune")
    own = factories.house(unit, number="1", street="đường của tôi")
    changed = House.objects.exclude(pk=own.pk).order_by("pk").first()
    factories.plate(changed)
    House.objects.filter(pk=changed.pk).update(number="999")
    run(sample, "--accounts", "no", "--reset")
    assert House.objects.filter(pk=own.pk).exists()
    assert House.objects.get(pk=changed.pk).number != "999"
    assert not Plate.objects.exists()


def test_streets_are_sound_and_every_alley_hangs_on_what_it_leaves(db: None, sample: Path, drawn: Commune) -> None:
    run(sample, "--accounts", "no")
    streets = {street.pk: street for street in Street.objects.select_related("parent", "village")}
    assert len(streets) == len(drawn.streets)
    outline = crs.to_zone(drawn.outline, demo.ZONE)
    for street in drawn.streets:
        assert shape.fault(crs.to_zone(street.line, demo.ZONE), outline) is None
        row = streets[street.id]
        assert row.full_name == (row.get_kind_display() if street.prefix else street.name)
        if street.kind in ("alley", "sub_alley"):
            assert row.village is not None and row.parent is not None
            named = row.parent if row.parent.name or not row.parent.parent_id else streets[row.parent.parent_id]
            assert not street.prefix or named.full_name == street.name
        else:
            assert row.parent is None
    assert not Frontage.objects.exists()


def test_a_reset_puts_streets_back_and_keeps_those_that_others_drew(db: None, sample: Path, drawn: Commune) -> None:
    run(sample, "--accounts", "no")
    alley = Street.objects.filter(kind="ngach").first()
    own = Street.objects.create(commune=alley.commune, kind="ngach", name="Của tôi", line=alley.line, parent=alley)
    Street.objects.filter(pk=alley.pk).update(name="Đổi", version=7)
    run(sample, "--accounts", "no", "--reset")
    renewed = Street.objects.get(pk=alley.pk)
    assert (renewed.name, renewed.version) == ("", 8)
    assert Street.objects.filter(pk=own.pk, parent=alley).exists()


def test_a_demo_from_before_there_were_streets_gets_them(db: None, sample: Path, drawn: Commune) -> None:
    run(sample, "--accounts", "no")
    Street.objects.update(parent=None)
    Street.objects.all().delete()
    run(sample, "--accounts", "no")
    assert Street.objects.count() == len(drawn.streets)


def test_real_villages_are_not_mixed_with_invented_ones(db: None, sample: Path) -> None:
    unit = factories.commune(code="16543", name="Quảng Bình")
    Unit.objects.filter(parent=unit).update(is_invented=False)
    with pytest.raises(CommandError, match="thôn thật"):
        run(sample)
    assert not House.objects.exists()


def test_a_public_server_gets_no_known_password(db: None, sample: Path, capsys: Any, settings: Any) -> None:
    settings.HTTPS = True
    with pytest.raises(CommandError) as refusal:
        run(sample, "--accounts", "known")
    assert refusal.value.returncode == 2
    assert not User.objects.exists()
    run(sample)
    assert loading.KNOWN_PASSWORD not in capsys.readouterr().out
    assert not Client().login(username="quantri", password=loading.KNOWN_PASSWORD)


def test_the_sample_list_has_titles_new_houses_and_some_mistakes(db: None, sample: Path, drawn: Commune) -> None:
    run(sample, "--accounts", "no")
    rows = list(openpyxl.load_workbook(sample).active.values)
    assert rows[0][0] == "ỦY BAN NHÂN DÂN XÃ QUẢNG BÌNH"
    assert rows[3][1] == "Chủ hộ"
    assert len(rows) == 4 + len(drawn.new_houses) + 1
    assert "95,670000" in [row[7] for row in rows]
    assert not House.objects.filter(street="đường Tân Lập").exists()


def test_every_page_says_that_the_data_is_invented(db: None, sample: Path) -> None:
    from django.core.cache import cache

    cache.delete("has_invented_data")
    assert "dữ liệu minh họa" not in Client().get("/sign-in/").content.decode()
    cache.delete("has_invented_data")
    run(sample, "--accounts", "no")
    assert "dữ liệu minh họa" in Client().get("/sign-in/").content.decode()
    cache.delete("has_invented_data")


def test_a_survey_stands_there_to_be_looked_at_and_walked(db: None, sample: Path) -> None:
    run(sample)
    officer, surveyor = Client(), Client()
    officer.login(username="canbo", password=loading.KNOWN_PASSWORD)
    surveyor.login(username="dieutra", password=loading.KNOWN_PASSWORD)
    made = SurveyRound.objects.get()
    page = officer.get(f"/survey/desk/rounds/{made.pk}/visits/").content.decode()
    assert "(minh họa)" in page and "Sai số vị trí 24 m" in page
    me = surveyor.get("/api/survey/me").json()
    assert [village["name"] for village in me["rounds"][0]["villages"]] != []
    assert set(SurveyVisit.objects.values_list("state", flat=True)) == {"received", "returned"}
    assert SurveyVisit.objects.filter(is_new_house=True).count() == 2


def test_a_reset_begins_the_survey_anew_unless_a_phone_has_sent_into_it(db: None, sample: Path) -> None:
    run(sample)
    first = SurveyRound.objects.get()
    run(sample, "--reset")
    made = SurveyRound.objects.get()
    assert made.pk != first.pk
    visit = made.visits.first()
    assert visit is not None
    survey_world.Phone(visit.surveyor, made, visit.village.code).send(visit.house_id, {"house_note": "Cổng xanh"})
    run(sample, "--reset")
    assert SurveyRound.objects.get().pk == made.pk
