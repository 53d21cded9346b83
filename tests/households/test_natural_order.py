"""One walk through everything that lists numbers, streets or villages: 2, 10, 12, 12/5, 12/10, 12A, wherever it is."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import openpyxl
import pytest
from django.contrib.gis.geos import MultiPolygon
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from households import coverage, search
from households.addresses import capitalised
from households.listing import Listing
from households.models import Frontage, House, Side
from households.plates import choosing, giving
from households.plates.choosing import Choice
from households.residents.letters import LetterOrder, households_for
from mapping import access
from mapping.access import Capability
from mapping.models import Unit, UnitKind
from mapping.text import natural_key
from tests import factories
from tests.households import numbered

NUMBERS = ["2", "10", "12", "12/5", "12/10", "12A"]
STREETS = ["ngõ 2", "ngõ 10", "ngõ 10A", "ngõ Đình"]
VILLAGES = ["Thôn 2", "Thôn 10", "Thôn 100"]
LNG, LAT = factories.CENTRE


@pytest.fixture
def commune(db: None) -> Unit:
    """A commune whose villages, streets and numbers were written down in no order at all."""
    unit = factories.commune()
    Unit.objects.filter(parent=unit).delete()
    for number in ("100", "2", "10"):
        Unit.objects.create(
            kind=UnitKind.VILLAGE, code=f"99001-{number}", name=number, designation="Thôn", parent=unit,
            vn2000_srid=5897,
            outline=MultiPolygon(factories.square(LNG + int(number) / 10_000, LAT, 0.0001)[0], srid=4326),
        )  # fmt: skip
    mixed = ["12A", "2", "12/10", "10", "12/5", "12"]
    for street in ("ngõ Đình", "ngõ 10A", "ngõ 2", "ngõ 10"):
        for place, number in enumerate(mixed):
            village = Unit.objects.get(code="99001-2")
            house = factories.house(unit, LNG + place / 1000, number=number, street=street, village=village)
            factories.household(house, f"Lê Văn {place}")
    for number in ("10", "100"):
        factories.house(unit, number="1", street="ngõ 2", village=Unit.objects.get(code=f"99001-{number}"))
    return unit


def in_page(page: str, wanted: list[str], *, after: str) -> list[str]:
    """Those of the texts that stand in the page between tags, in the order of the page."""
    start = page.index(after)
    found = re.findall(r">\s*([^<>]+?)\s*<", page[start:])
    return list(dict.fromkeys(text for text in found if text in wanted))


def test_numbers_and_streets_rise_in_lists_selects_and_files(officer_client: Client, commune: Unit) -> None:
    page = officer_client.get("/houses/", {"commune": "99001", "village": "99001-2"}).content.decode()
    rows = page[page.index("<tbody") :]
    assert in_page(rows, NUMBERS, after="<tbody") == NUMBERS
    assert in_page(rows, STREETS, after="<tbody") == STREETS
    assert in_page(page, STREETS, after='id="street"') == STREETS
    assert in_page(page, VILLAGES, after='id="village"') == VILLAGES
    found = officer_client.get("/houses/", {"commune": "99001", "q": "ngõ 10A"}).content.decode()
    assert in_page(found, NUMBERS, after="<tbody") == NUMBERS
    file = b"".join(officer_client.get("/houses/export.xlsx", {"commune": "99001"}).streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(file)).worksheets[0]
    title, *cells = ([cell.value for cell in row] for row in sheet.iter_rows())
    number, street, village = (title.index(name) for name in ("Số nhà", "Đường, ngõ", "Thôn"))
    assert list(dict.fromkeys(row[number] for row in cells))[:6] == NUMBERS
    assert list(dict.fromkeys(row[street] for row in cells)) == STREETS
    assert list(dict.fromkeys(row[village] for row in cells)) == VILLAGES


def test_plates_and_letters_come_in_walking_order(officer: Any, commune: Unit) -> None:
    assert choosing.streets_written(officer, commune) == STREETS
    scope = access.scope_of(officer, Capability.PRINT)
    run = giving.Giving(choosing.houses_of(commune, scope, Choice()), giving.Terms(commune, "sonha.example.vn"))
    faces = list(run.faces())
    assert [face.number for face in faces[:6]] == NUMBERS
    assert list(dict.fromkeys(face.village for face in faces)) == VILLAGES
    written = households_for(LetterOrder(commune), officer)
    assert [household.house.number for household in written[:6]] == NUMBERS
    assert list(dict.fromkeys(one.village.full_name for one in House.objects.in_walking_order())) == VILLAGES


def test_searches_answer_in_order_on_the_map_and_to_programs(officer_client: Client, commune: Unit) -> None:
    hits = officer_client.get("/houses/search.json", {"q": "ngõ 10A"}).json()["results"]
    assert [hit["address"] for hit in hits] == [f"{number} ngõ 10A" for number in NUMBERS]
    told = officer_client.get("/api/search", {"q": "ng. 10A"}).json()["houses"]
    assert [house["number"] for house in told] == NUMBERS
    hits = officer_client.get("/houses/search.json", {"q": "thôn 2", "limit": 6}).json()["results"]
    streets = list(dict.fromkeys(hit["address"].split(" ", 1)[1] for hit in hits if "Thôn 2" in hit["village"]))
    assert streets == [street for street in STREETS if street in streets]


def test_streets_rise_in_their_list_on_the_map_and_in_a_house_s_numbers(officer_client: Client, commune: Unit) -> None:
    for place, name in enumerate(("Đình", "10A", "2", "10")):
        street = numbered.street(commune, name, (place * 30, 0), (place * 30, 90), kind="ngo")
    for place, number in enumerate(("12A", "2", "12/10", "10", "12/5", "12")):
        house = factories.house(commune, number=number, street="ngõ 10")
        Frontage.objects.create(house=house, street=street, side=Side.LEFT, position_m=place, distance_m=9)
    page = officer_client.get("/streets/", {"commune": "99001"}).content.decode()
    assert in_page(page, [capitalised(street) for street in STREETS] + STREETS, after="<tbody") in (
        STREETS, [capitalised(street) for street in STREETS],
    )  # fmt: skip
    told = officer_client.get("/streets/features.json", {"commune": "99001"}).json()["features"]
    assert [feature["properties"]["fullName"] for feature in told] == STREETS
    page = officer_client.get(f"/streets/{street.pk}/").content.decode()
    assert in_page(page, NUMBERS, after="<tbody") == NUMBERS


def test_villages_rise_wherever_one_is_chosen_or_counted(officer: Any, officer_client: Client, commune: Unit) -> None:
    house = House.objects.first()
    for address, after in (
        (f"/houses/{house.code}/edit/", 'name="village"'),
        ("/map/", 'id="add-village"'),
        ("/plates/", '<table class="standing"'),
        ("/plates/order/", 'name="village"'),
        ("/residents/letters/", 'name="village"'),
        ("/", "<tbody"),
        ("/people/", "<select"),
    ):
        page = officer_client.get(address).content.decode()
        assert in_page(page, VILLAGES, after=after) == VILLAGES, address
    told = json.loads(officer_client.get("/api/units", {"parent": "99001"}).content)
    assert [unit["name"] for unit in told] == VILLAGES
    assert [row.name for row in coverage.by_village(officer, commune)] == VILLAGES
    assert Listing(commune).streets(officer) == STREETS


@given(st.lists(st.text("0123456789/-Aa bĐđêÊơ", min_size=1, max_size=8), min_size=2, max_size=12, unique=True))
@pytest.mark.django_db
def test_python_sorts_as_the_database_does(texts: list[str]) -> None:
    from django.db import connection

    texts = [text for text in dict.fromkeys(" ".join(text.split()) for text in texts) if text]
    with connection.cursor() as cursor:
        cursor.execute('SELECT t FROM unnest(%s::text[]) t ORDER BY t COLLATE "vi_natural"', [texts])
        stored = [text for (text,) in cursor.fetchall()]
    keys = [natural_key(text)[0] for text in stored]
    assert keys == sorted(keys)


def test_search_ranks_hundreds_in_natural_order(officer: Any, commune: Unit) -> None:
    for number in range(1, 120):
        factories.house(commune, number=f"{number}", street="đường Liên Xã")
    ids = search.find(user=officer, text="đường liên xã", limit=200).house_ids
    numbers = [House.objects.get(pk=pk).number for pk in ids]
    assert numbers == [str(number) for number in range(1, 120)]
