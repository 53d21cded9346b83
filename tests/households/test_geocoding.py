"""A written address finds its house, says what was overlooked, and never chooses between two that could be meant."""

from __future__ import annotations

import time
from random import Random
from typing import Any

import pytest
from django.contrib.gis.geos import LineString

from households.geocoding.answers import Answer
from households.geocoding.batch import geocode
from households.geocoding.model import Part
from households.geocoding.names import Known, Names
from households.geocoding.nearness import slips_between
from households.models import House, Street
from mapping.access import Role
from mapping.models import Unit
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(commune: Unit) -> dict[str, House]:
    """Houses of two villages, by number and street."""
    west, east = factories.village(commune, 1), factories.village(commune, 2)  # Đông Hoà, Xa Thư
    rows = [
        ("12/5", "đường Liên Xã", east), ("12", "đường Liên Xã", east), ("14", "đường Liên Xã", east),
        ("5", "ngõ Đình", east), ("7", "ngõ Đình", east), ("20A", "ngõ Đình", east),
        ("5", "ngõ Bãi Trên", west), ("5", "ngõ Bãi Trong", west), ("9", "ngõ Bãi Trong", west),
        ("3", "ngõ Hoa", west), ("3", "ngõ Hoà", east),
        ("1", "ngõ 1", west), ("1", "ngõ 1", east),
        ("8", "", west),
    ]  # fmt: skip
    return {
        f"{number} {street} {village.name}": factories.house(
            commune, lng=105.81 + place / 2000, number=number, street=street, village=village
        )
        for place, (number, street, village) in enumerate(rows)
    }


def ask(user: Any, text: str, commune: Unit | None = None) -> Answer:
    return next(geocode(user=user, texts=[text], commune=commune))


@pytest.mark.parametrize(
    ("text", "house"),
    [
        ("12/5 đường Liên Xã", "12/5 đường Liên Xã Xa Thư"),
        ("số 5 ngõ 12 đường Liên Xã, thôn Xa Thư, xã Bình Minh", "12/5 đường Liên Xã Xa Thư"),
        ("12/5 duong lien xa", "12/5 đường Liên Xã Xa Thư"),
        ("xã Bình Minh, thôn Xa Thư, ngõ Đình, số 5", "5 ngõ Đình Xa Thư"),
        ("5 Đình", "5 ngõ Đình Xa Thư"),
        ("5 ng. Đình, th. Xa Thư, x. Bình Minh", "5 ngõ Đình Xa Thư"),
        ("20a ngõ Đình", "20A ngõ Đình Xa Thư"),
        ("05 ngõ Đình", "5 ngõ Đình Xa Thư"),
        ("5 ngõ Đình Xa Thư Bình Minh", "5 ngõ Đình Xa Thư"),
        ("5 ngõ Đình, Xa Thư, Bình Minh", "5 ngõ Đình Xa Thư"),
        ("3 ngõ Hoà", "3 ngõ Hoà Xa Thư"),
        ("1 ngõ 1, thôn Xa Thư", "1 ngõ 1 Xa Thư"),
        ("số 8 thôn Đông Hoà", "8  Đông Hoà"),
    ],
)
def test_a_full_agreement_is_exact(town: dict[str, House], officer: Any, commune: Unit, text: str, house: str) -> None:
    answer = ask(officer, text, commune)
    assert (answer.grade, [found.code for found in answer.found]) == ("exact", [town[house].code]), answer.reasons
    assert answer.reasons == []
    assert answer.confidence > 0.95


@pytest.mark.parametrize(
    ("text", "house", "reason"),
    [
        ("7 ngõ Đìhn", "7 ngõ Đình Xa Thư", "“Đìhn” được hiểu là “Đình”"),
        ("7 ngõ Đinhh", "7 ngõ Đình Xa Thư", "“Đinhh” được hiểu là “Đình”"),
        ("12 đường Lien Xã", "12 đường Liên Xã Xa Thư", "“Lien Xã” được hiểu là “Liên Xã”"),
        ("12 đường Liê Xã", "12 đường Liên Xã Xa Thư", "“Liê Xã” được hiểu là “Liên Xã”"),
        ("7 hẻm Đình", "7 ngõ Đình Xa Thư", "“hẻm Đình” được hiểu là “ngõ Đình”"),
        ("7 ngõ Đình, thôn Xa Thơ", "7 ngõ Đình Xa Thư", "“Xa Thơ” được hiểu là “Xa Thư”"),
        ("7 ngõ Đình, gần cây đa", "7 ngõ Đình Xa Thư", "không hiểu: gần cây đa"),
    ],
)
def test_one_slip_with_one_answer_is_close_and_told(
    town: dict[str, House], officer: Any, commune: Unit, text: str, house: str, reason: str
) -> None:
    answer = ask(officer, text, commune)
    assert (answer.grade, answer.first and answer.first.code) == ("close", town[house].code), answer.reasons
    assert reason in answer.reasons


def test_a_slip_between_two_real_names_is_never_decided(town: dict[str, House], officer: Any, commune: Unit) -> None:
    # "Trêng" is one letter from Trên and two from Trong; "Tron" is one from either.
    answer = ask(officer, "5 ngõ Bãi Tron", commune)
    assert answer.grade == "several"
    assert {found.short for found in answer.found} == {"5 ngõ Bãi Trên", "5 ngõ Bãi Trong"}
    # Only one of the two has a number 9, yet the other street may get one tomorrow.
    answer = ask(officer, "9 ngõ Bãi Tron", commune)
    assert answer.grade == "several"
    assert answer.found[0].short == "9 ngõ Bãi Trong"


def test_words_after_a_street_leave_it_in_doubt(town: dict[str, House], officer: Any, commune: Unit) -> None:
    answer = ask(officer, "7 ngõ Đình Làng", commune)
    assert (answer.grade, answer.found[0].code) == ("several", town["7 ngõ Đình Xa Thư"].code)
    assert "“ngõ Đình Làng” có thể là “ngõ Đình” hoặc một đường, ngõ khác" in answer.reasons


def test_names_that_differ_in_marks_alone(town: dict[str, House], officer: Any, commune: Unit) -> None:
    assert ask(officer, "3 ngo hoa", commune).grade == "several"
    assert ask(officer, "3 ngõ Hoa", commune).grade == "exact"
    assert ask(officer, "3 ngõ Hoá", commune).grade == "several"
    assert ask(officer, "3 ngo hoa, thon xa thu", commune).grade in ("exact", "close")


def test_one_address_in_two_villages_is_several(town: dict[str, House], officer: Any, commune: Unit) -> None:
    answer = ask(officer, "1 ngõ 1", commune)
    assert answer.grade == "several"
    assert len([found for found in answer.found if found.code]) == 2
    assert answer.confidence < 0.5


def test_a_village_that_contradicts_is_told(town: dict[str, House], officer: Any, commune: Unit) -> None:
    answer = ask(officer, "7 ngõ Đình, thôn Đông Hoà", commune)
    assert answer.grade == "several"
    assert "số nhà này nằm ở thôn khác với thôn đã ghi" in answer.reasons
    answer = ask(officer, "7 ngõ Đình, thôn Lạc Hồng", commune)
    assert answer.grade == "several"
    assert "không có “thôn Lạc Hồng” ở xã này" in answer.reasons


def test_a_number_that_is_not_there_gives_the_street(town: dict[str, House], officer: Any, commune: Unit) -> None:
    answer = ask(officer, "9 ngõ Đình", commune)
    assert answer.grade == "street"
    assert answer.found[0].code == ""
    assert answer.found[0].lng == pytest.approx(town["7 ngõ Đình Xa Thư"].location.x)
    assert answer.reasons == ["không có số 9 trên ngõ Đình; gần nhất là số 7"]
    assert ask(officer, "ngõ Đình", commune).grade == "street"


def test_a_village_alone(town: dict[str, House], officer: Any, commune: Unit) -> None:
    answer = ask(officer, "thôn Xa Thư", commune)
    assert (answer.grade, answer.found[0].short) == ("village", "thôn Xa Thư")
    assert answer.found[0].lat is not None


@pytest.mark.parametrize("text", ["", "qwrtzx", "12", "99 đường Không Có"])
def test_what_cannot_be_found_is_none(town: dict[str, House], officer: Any, commune: Unit, text: str) -> None:
    answer = ask(officer, text, commune)
    assert (answer.grade, answer.found) == ("none", [])
    assert answer.reasons


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("5 ngõ Đình, xã Tân Lập", "xã khác: xã Tân Lập"),
        ("5 ngõ Đình, x. Tân Lập", "xã khác: xã Tân Lập"),
        ("5 ngõ Đình, Tân Lập", "xã khác: Tân Lập"),
        ("5 ngo dinh, thon xa thu, xa tan lap", "xã khác: xã tan lap"),
    ],
)
def test_an_address_of_another_commune_is_told_so(
    town: dict[str, House], officer: Any, commune: Unit, text: str, told: str
) -> None:
    factories.neighbour_commune()
    for chosen in (commune, None):
        answer = ask(officer, text, chosen)
        assert (answer.grade, answer.found) == ("none", [])
        assert told in answer.reasons


@pytest.mark.parametrize(
    "text",
    [
        "5 ngo dinh thon xa thu",
        "5 ngo dinh th. xa thu",
        "5 NGO DINH THON XA THU",
        "5 ngõ Đình thon Xa Thu",
        "5 ngo dinh, xa thu",
        "thon xa thu 5 ngo dinh",
        "xa thu 5 ngo dinh",
        "xa thu, ngo dinh so 5",
        "5 ngo dihn thon xa thu",
        "5 ngo dinhh th xa thu",
        "5 ngo dinh, thon xa thu, xa binh minh",
    ],
)
def test_a_village_whose_name_begins_like_a_commune_is_found_where_no_commune_is_chosen(
    town: dict[str, House], officer: Any, text: str
) -> None:
    answer = ask(officer, text, None)
    assert [found.code for found in answer.found] == [town["5 ngõ Đình Xa Thư"].code], answer.reasons


def test_another_province_is_told(town: dict[str, House], officer: Any, commune: Unit) -> None:
    answer = ask(officer, "5 ngõ Đình, thôn Xa Thư, xã Bình Minh, tỉnh Nơi Khác", commune)
    assert answer.grade == "several"
    assert "tỉnh khác: tỉnh Nơi Khác" in answer.reasons


def test_an_old_address_finds_the_house_and_says_its_new_one(
    town: dict[str, House], officer: Any, commune: Unit
) -> None:
    house = town["7 ngõ Đình Xa Thư"]
    house.number, house.street = "31", "đường Mới"
    house.save()
    answer = ask(officer, "7 ngõ Đình", commune)
    assert (answer.grade, answer.first and answer.first.code) == ("former", house.code)
    assert "địa chỉ này nay là 31 đường Mới" in answer.reasons
    assert ask(officer, "31 đường Mới", commune).grade == "exact"


def test_an_address_that_another_house_had_before_names_that_one_too(
    town: dict[str, House], officer: Any, commune: Unit
) -> None:
    before, now = town["7 ngõ Đình Xa Thư"], town["20A ngõ Đình Xa Thư"]
    before.number, before.street = "31", "đường Mới"
    before.save()
    now.number = "7"
    now.save()
    answer = ask(officer, "7 ngõ Đình", commune)
    assert (answer.grade, [found.code for found in answer.found]) == ("exact", [now.code, before.code])
    assert "trước đây mang địa chỉ này" in answer.reason
    assert answer.confidence < 0.95


def test_a_closed_house_gives_way_to_one_that_stands(town: dict[str, House], officer: Any, commune: Unit) -> None:
    factories.house(
        commune, number="5", street="ngõ Đình", village=factories.village(commune, 2), state="closed",
        closed_on="2026-01-01",
    )  # fmt: skip
    answer = ask(officer, "5 ngõ Đình", commune)
    assert (answer.grade, answer.first and answer.first.code) == ("exact", town["5 ngõ Đình Xa Thư"].code)


def test_an_alley_drawn_under_its_parent(town: dict[str, House], officer: Any, commune: Unit) -> None:
    house = factories.house(commune, number="3", street="ngõ 14", village=factories.village(commune, 2))
    answer = ask(officer, "14/3 đường Liên Xã", commune)
    assert (answer.grade, answer.first and answer.first.code) == ("close", house.code)


def test_without_a_commune_the_address_must_name_it(town: dict[str, House], commune: Unit) -> None:
    factories.neighbour_commune()
    province = factories.user("tinh", role=Role.PROVINCE_OFFICER, at=commune.parent)
    assert ask(province, "5 ngõ Đình, xã Bình Minh").grade == "exact"
    assert ask(province, "5 ngõ Đình, Bình Minh").grade == "exact"
    assert ask(province, "5 ngõ Đình").reasons == ["không rõ xã nào; hãy ghi tên xã hoặc chọn xã"]


def test_nobody_finds_houses_they_may_not_see(town: dict[str, House], commune: Unit) -> None:
    stranger = factories.user("la", role=Role.COMMUNE_OFFICER, at=factories.neighbour_commune())
    assert ask(stranger, "5 ngõ Đình", commune).grade == "none"
    head = factories.user("truong", role=Role.VILLAGE_HEAD, at=factories.village(commune, 1))
    assert ask(head, "5 ngõ Đình", commune).found == []
    assert ask(head, "9 ngõ Bãi Trong", commune).grade == "exact"


def test_many_addresses_cost_few_queries(
    town: dict[str, House], officer: Any, commune: Unit, django_assert_max_num_queries: Any
) -> None:
    texts = ["12/5 đường Liên Xã", "7 ngõ Đìhn", "gần chợ", "5 ngõ Đình"] * 200
    with django_assert_max_num_queries(16):
        answers = list(geocode(user=officer, texts=texts, commune=commune))
    assert [answer.grade for answer in answers[:4]] == ["exact", "close", "none", "exact"]


@pytest.mark.parametrize(
    ("typed", "known", "slips"),
    [
        ("dinh", "dinh", 0), ("dihn", "dinh", 1), ("din", "dinh", None), ("cau", "cao", None), ("diinh", "dinh", 1),
        ("lien xa", "lie xa", 1), ("xom moi", "xom hoi", 1), ("ngo quyen", "ngo quyne", 1),
        ("dong hoa", "cong hoa", 1), ("lein xa thu", "lien xa hu", 2), ("trang", "tragn", 1),
        ("ao ca", "ao lang", None),         ("19/5", "19/6", None), ("khu 12", "khu 13", None),
    ],
)  # fmt: skip
def test_slips_between_names(typed: str, known: str, slips: int | None) -> None:
    assert slips_between(typed, known) == slips


def test_marks_that_differ_leave_room_for_a_name_one_letter_away() -> None:
    names: Names[str] = Names([Known("ngõ", "Màu Đồng", "a"), Known("ngõ", "Mùa Đồng", "b")])
    assert {like.known.thing for like in names.find(Part("ngõ", "Máu Đồng"))} == {"a", "b"}
    assert [like.known.thing for like in names.find(Part("ngõ", "Màu Đồng"))] == ["a"]


def test_of_alleys_called_by_one_number_the_road_that_is_said_decides(commune: Unit, officer: Any) -> None:
    for place, name in enumerate(("Liên Xã", "Đồng Tây")):
        x = 105.80 + place / 100
        line = LineString((x, 19.66), (x, 19.68), srid=4326)
        road = Street.objects.create(commune=commune, kind="road", name=name, line=line)
        for number, parent in (("12", road), ("12/10", road)):
            branch = LineString((x, 19.67), (x + 0.001, 19.67), srid=4326)
            Street.objects.create(commune=commune, kind="ngo", number=number, parent=parent, line=branch)
        for number in ("12/5", "12/10/2"):
            factories.house(commune, lng=x, number=number, street=f"đường {name}")
    for text, number in (
        ("số 5 ngõ 12 đường Đồng Tây", "12/5"),
        ("ngõ 12 số 5, đường Đồng Tây", "12/5"),
        ("số 2 ngách 10 ngõ 12 đường Đồng Tây", "12/10/2"),
        ("số 2 ngách 12/10 đường Đồng Tây", "12/10/2"),
    ):
        answer = ask(officer, text, commune)
        house = House.objects.get(number=number, street="đường Đồng Tây")
        assert [found.code for found in answer.found] == [house.code], (text, answer.grade, answer.reasons)


def test_what_is_too_long_to_understand_is_told(town: dict[str, House], officer: Any, commune: Unit) -> None:
    answer = ask(officer, "x. t. p. k. h. ng. " * 10, commune)
    assert (answer.grade, answer.found) == ("none", [])
    assert answer.reasons == [
        "quá dài, hoặc có quá nhiều chữ viết tắt để hiểu được; hãy chỉ ghi số nhà, đường hoặc ngõ, thôn và xã"
    ]


def test_a_heap_of_words_costs_little(town: dict[str, House], officer: Any, commune: Unit) -> None:
    chance = Random(1)
    texts = [" ".join("".join(chance.choices("abcdeghiknou", k=6)) for _ in range(36)) for _ in range(100)]
    start = time.thread_time()
    answers = list(geocode(user=officer, texts=texts, commune=commune))
    assert time.thread_time() - start < 2  # it takes 0.2 to 0.4, and took 30 ms each where a commune has many streets
    assert {answer.grade for answer in answers} == {"none"}


def test_a_number_that_nobody_understands_leaves_the_house_in_doubt(
    town: dict[str, House], officer: Any, commune: Unit
) -> None:
    answer = ask(officer, "số 7 xyzt 295 ngõ Đình, thôn Xa Thư", commune)
    assert (answer.grade, answer.found[0].code) == ("several", town["7 ngõ Đình Xa Thư"].code)
    assert answer.reasons[-1] == "không hiểu: xyzt 295"


def test_an_alley_with_a_slip_in_its_kind_is_an_alley(town: dict[str, House], officer: Any, commune: Unit) -> None:
    factories.house(commune, number="12/5/3", street="đường Liên Xã", village=town["5 ngõ Đình Xa Thư"].village)
    for slip in ("nách", "gnách", "ngácch", "ngách"):
        answer = ask(officer, f"số 3 {slip} 5 ngõ 12 đường Liên Xã", commune)
        assert answer.found[0].short == "12/5/3 đường Liên Xã", (slip, answer)
        assert ask(officer, f"số 7 {slip} 295 ngõ Đình", commune).grade in ("street", "several")


def test_a_house_code_is_an_address(town: dict[str, House], officer: Any, commune: Unit) -> None:
    house = town["5 ngõ Đình Xa Thư"]
    code = house.code
    for text in (code, f"{code[:3]}-{code[3:6]}-{code[6:]}", f"Mã nhà: {code[:3]} {code[3:6]} {code[6:]}"):
        for inside in (commune, None):
            answer = ask(officer, text, inside)
            assert (answer.grade, [found.code for found in answer.found]) == ("exact", [code])
            assert answer.found[0].short == "5 ngõ Đình"
    wrong = f"{code[:8]}{(int(code[8]) + 1) % 10}"  # its check digit is not right
    assert ask(officer, wrong, commune).grade == "none"
    elsewhere = factories.house(factories.neighbour_commune(), lng=105.9, number="1", street="ngõ Đình")
    answer = ask(officer, elsewhere.code, commune)
    assert (answer.grade, answer.found) == ("none", [])
    assert answer.reasons[0].startswith("không có nhà mang mã")
