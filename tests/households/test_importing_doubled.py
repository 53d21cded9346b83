"""A list gives no house a number that a decision gave to another: the row is at fault, and is told so in the check."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from households import doubled_numbers
from households.codes import format_house_code
from households.importing import runs
from households.importing.outcome import Outcome
from households.importing.sentences import sentence
from households.models import Frontage, House, NumberingDecision
from mapping.models import Unit, User
from tests import factories
from tests.households.lists import bring, write_csv
from tests.households.numbered import Ground, computed, house
from tests.households.streets import draw, front
from tests.households.test_import_pages import confirmed
from tests.households.test_importing_decided import a_list, of
from tests.households.test_proposals_approved import approve

pytestmark = pytest.mark.django_db
ROAD = "đường Liên Xã"
PLACED = ("Số nhà", "Đường", "Thôn", "Chủ hộ", "Kinh độ", "Vĩ độ")


@pytest.fixture
def ground(commune: Unit, officer: User) -> Ground:
    made = Ground(commune)
    approve(officer, computed(officer, commune))
    for one in made.houses:
        one.refresh_from_db()
    return made


def law(commune: Unit) -> list[doubled_numbers.Double]:
    found = doubled_numbers.doubles_among(commune.pk, House.objects.values_list("pk", flat=True))
    return [double for double in found if double.is_law]


def told(found: Outcome) -> dict[int, str]:
    return {issue.row: sentence(issue) for issue in found.issues}


@pytest.mark.parametrize(("number", "street"), [("3", ROAD), ("03", "đ. Liên Xã"), ("3", "Liên Xã")])
def test_a_row_of_a_known_house_is_refused_whole(
    tmp_path: Path, ground: Ground, officer: User, number: str, street: str
) -> None:
    late, other = house(ground.commune, 60, -40), house(ground.commune, 70, -40)
    path = a_list(tmp_path, (late, number, street, "nhà ngói"), (other, "3A", street, ""))
    _run, found = bring(path, ground.commune, officer)
    assert list(told(found)) == [2] and format_house_code(ground.south[1].code) in told(found)[2]
    assert "hãy ghi số khác" in told(found)[2] and found.issues[0].column == 1
    assert (found.change, found.refuse) == (1, 1)
    assert of(late)[:3] == ("", "", "") and of(other)[:2] == ("3A", street) and law(ground.commune) == []


def test_a_decided_house_takes_no_other_decided_number_and_keeps_its_own(
    tmp_path: Path, ground: Ground, officer: User
) -> None:
    """Its own number then is not free either for the next row."""
    one, late = ground.south[0], house(ground.commune, 60, -40)
    path = a_list(tmp_path, (late, "1", ROAD, ""), (one, "3", "", ""))
    _run, found = bring(path, ground.commune, officer)
    assert sorted(told(found)) == [2, 3] and found.decided == []
    assert of(one)[0] == "1" and Frontage.objects.get(house=one).decision is not None and law(ground.commune) == []


def test_a_number_that_the_list_itself_frees_is_given_on(tmp_path: Path, ground: Ground, officer: User) -> None:
    one, other, late = ground.south[0], ground.south[1], house(ground.commune, 60, -40)
    path = a_list(
        tmp_path, (one, "3", "", ""), (other, "1", "", ""), (late, "5", ROAD, ""), (ground.south[2], "55", "", "")
    )
    _run, found = bring(path, ground.commune, officer)
    assert told(found) == {} and [of(each)[0] for each in (one, other, late)] == ["3", "1", "5"]
    assert law(ground.commune) == []


def test_a_village_that_makes_two_decided_addresses_one_is_refused(
    tmp_path: Path, commune: Unit, officer: User
) -> None:
    decision = NumberingDecision.objects.create(commune=commune, number="45/QĐ-UBND", decided_on="2026-01-05")
    alleys = [
        draw(officer, commune, "ngo", "Đình", (x, 0), (x + 100, 0), anyway=True).street for x in (-500, 400)
    ]  # fmt: skip
    west, east = (front(alley, (x, 5), "1", "ngõ Đình", decision) for alley, x in zip(alleys, (-450, 450), strict=True))
    villages = [factories.village(commune, number) for number in (1, 2)]
    for one, village in zip((west, east), villages, strict=True):
        House.objects.filter(pk=one.pk).update(village=village)
    path = write_csv(tmp_path, [[west.code, villages[1].name]], header=("Mã nhà", "Thôn"))
    _run, found = bring(path, commune, officer)
    assert list(told(found)) == [2] and format_house_code(east.code) in told(found)[2]
    west.refresh_from_db()
    assert west.village == villages[0] and law(commune) == []


@pytest.mark.parametrize("identifier", [[], ["M1"]])
def test_a_new_house_with_a_decided_number_is_not_added(
    tmp_path: Path, ground: Ground, officer: User, identifier: list[str]
) -> None:
    """In a list that may name houses, and in one that cannot."""

    def a_row(number: str, street: str, head: str, lng: str) -> list[str]:
        return [*identifier, number, street, "Xa Thư", head, lng, "19.670000"]

    header = (("Mã hộ",) if identifier else ()) + PLACED
    rows = [
        a_row("03", "đ. Liên Xã", "Lê Văn Năm", "105.823000"),
        a_row("3A", ROAD, "Lê Văn Sáu", "105.824000"),
        a_row("03", "đ. Liên Xã", "Lê Văn Bảy", "105.823000"),
        a_row("3", "đường Liên Xá", "Lê Văn Tám", "105.825000"),
    ]
    if identifier:
        for place, cells in enumerate(rows):
            cells[0] = f"M{place}"
    path = write_csv(tmp_path, rows, header=header)
    count = House.objects.count()
    _run, found = bring(path, ground.commune, officer, with_doubles=True)
    assert sorted(told(found)) == [2, 4] and format_house_code(ground.south[1].code) in told(found)[2]
    assert (found.add + found.double, found.refuse, House.objects.count()) == (2, 2, count + 2)
    assert law(ground.commune) == []


def test_the_page_tells_the_row(tmp_path: Path, ground: Ground, officer: User, officer_client: Client) -> None:
    late = house(ground.commune, 60, -40)
    run = confirmed(a_list(tmp_path, (late, "3", ROAD, "")), ground.commune, officer)
    runs.check(run=run, user=officer)
    page = officer_client.get(reverse("import_run", args=[run.pk])).content.decode()
    assert f"quyết định đặt cho nhà {format_house_code(ground.south[1].code)}" in page


def test_numbers_that_stand_twice_already_are_left_as_they_are(tmp_path: Path, ground: Ground, officer: User) -> None:
    late = house(ground.commune, 60, -40, number="3", street=ROAD)
    path = a_list(tmp_path, (late, "03", ROAD, "nhà ngói"), (ground.south[1], "3", ROAD, "nhà tranh"))
    _run, found = bring(path, ground.commune, officer)
    assert told(found) == {} and of(late)[:3] == ("03", ROAD, "nhà ngói")
