"""The search box: what finds whom, for whom, and in which order."""

from __future__ import annotations

import unicodedata

import pytest

from households import search, search_rows
from households.codes import format_house_code
from households.search_words import read, words_of
from mapping.access import Role
from mapping.models import Grant
from tests import factories


@pytest.fixture
def houses(commune):
    """Four houses with people whose names are easily confused."""
    west, east = factories.village(commune, 1), factories.village(commune, 2)
    people = {
        "hoà": ("12/5", "ngõ Đình", "Nguyễn Thị Hòa", "0912345678", west),
        "hoa": ("12", "ngõ Đình", "Nguyễn Thị Hoa", "0987654321", west),
        "an": ("12A", "đường Trần Phú", "Trần Văn An", "0373000111", east),
        "anh": ("7", "ngõ Giếng", "An Thị Hoàng Anh", "", east),
    }
    made = {}
    for key, (number, street, head_name, phone, village) in people.items():
        made[key] = factories.house(commune, number=number, street=street, village=village)
        factories.household(made[key], head_name, phone=phone)
    return made


def found(user, text: str, houses, **more) -> list[str]:
    """The keys of the houses found, in order."""
    key_of = {house.pk: key for key, house in houses.items()}
    return [key_of[pk] for pk in search.find(user=user, text=text, **more).house_ids]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Nguyễn Thị Hòa", ["hoà", "hoa"]),
        ("nguyễn thị hoà", ["hoà", "hoa"]),  # the tone in the new place
        (unicodedata.normalize("NFD", "Nguyễn Thị Hoà"), ["hoà", "hoa"]),
        ("Nguyễn Thị Hoa", ["hoa", "hoà"]),  # the marks as typed come first
        ("NGUYEN THI HOA", ["hoa", "hoà"]),
        ("hoa nguyen", ["hoa", "hoà"]),
        ("an", ["an", "anh"]),  # a given name before a family name and before what only begins so
        ("tran v", ["an"]),
        ("0912 345 678", ["hoà"]),
        ("+84 912.345.678", ["hoà"]),
        ("84912345678", ["hoà"]),
        ("5678", ["hoà"]),
        ("4321", ["hoa"]),
        ("12/5", ["hoà"]),
        ("12 / 5 ngõ đình", ["hoà"]),
        ("số nhà 12/5 ngo dinh", ["hoà"]),
        ("12A", ["an"]),
        ("12", ["hoa", "hoà", "an"]),  # the very number, then those behind it and beside it in natural order
        ("sn 12 ngõ Đình", ["hoa"]),
        ("tran phu", ["an"]),
        ("ngõ giếng", ["anh"]),
        ("hoa đông hoà", ["hoa", "hoà"]),  # a person and their village
        ("thôn xa thư", ["an", "anh"]),
        ("an thôn Xa Thư", ["an", "anh"]),
        ("hoa 12/5 ngo dinh", ["hoà"]),  # a person and their address, either way round
        ("12a tran phu tran van an", ["an"]),
        ("zzz", []),
        ("", []),
        ("   ", []),
        ("%", []),
        ("_", []),
        ("nguy_n", []),
        ("' & | ! ( ) : * \\ <-> \x00 😀", []),
        ("giếng'", ["anh"]),
        ("hoa" * 500, []),
        ("1" * 500, []),
    ],
)
def test_texts_find_houses_in_order(text: str, keys: list[str], officer, houses) -> None:
    assert found(officer, text, houses) == keys


def test_a_house_is_found_by_its_code_and_by_its_plate_until_that_is_revoked(officer, houses) -> None:
    house = houses["an"]
    plate = factories.plate(house, token="CEG6E2YQBHT7")  # which ends as the number of another house does
    assert found(officer, format_house_code(house.code), houses) == ["an"]
    assert found(officer, house.code[:6], houses).count("an") == 1
    assert found(officer, plate.token.lower(), houses) == ["an"]
    plate.state = "revoked"
    plate.save()
    for typed in ("CEG6E2YQBHT7", "CEG6 E2YQ BHT7", "ceg6-e2yq-bht7"):
        assert found(officer, typed, houses) == [], typed


def test_nine_digits_are_a_house_code_or_a_telephone_that_lost_its_zero(commune, officer) -> None:
    by_code = factories.house(commune, code="912345670")  # a good code that could be 0912 345 670
    by_phone = factories.house(commune)
    factories.household(by_phone, phone="0912345670")
    assert search.find(user=officer, text="912-345-670").house_ids == [by_code.pk]
    by_code.delete()
    assert search.find(user=officer, text="912345670").house_ids == [by_phone.pk]


def test_a_word_after_which_a_space_stands_is_whole(officer, houses) -> None:
    assert "an" in found(officer, "tran v", houses)
    assert found(officer, "tran v ", houses) == []


def test_people_are_found_only_by_whoever_may_see_them(viewer, stranger, houses) -> None:
    assert found(viewer, "nguyen thi hoa", houses) == []
    assert found(viewer, "0912345678", houses) == []
    for name in ("hoa", "nobody"):  # whoever lives there, the answer is the same
        answer = search.find(user=viewer, text=f"{name} 12/5 ngo dinh")
        assert (answer.house_ids, answer.not_understood) == ([houses["hoà"].pk], (name,))
    assert found(viewer, "12/5 ngo dinh", houses) == ["hoà"]
    assert found(stranger, "12/5 ngo dinh", houses) == []
    assert found(stranger, houses["an"].code, houses) == []


def test_an_officer_of_one_village_finds_its_people_alone(commune, houses) -> None:
    user = factories.user("thon", officer_of=factories.village(commune, 2))
    assert found(user, "thi", houses) == ["anh"]
    assert found(user, "0912345678", houses) == []
    assert found(user, "ngõ đình", houses) == []
    Grant.objects.create(user=user, unit=commune, role=Role.VIEWER)
    user = type(user).objects.get(pk=user.pk)
    assert found(user, "ngõ đình", houses) == ["hoa", "hoà"]
    assert found(user, "thi", houses) == ["anh"]


def test_the_administrator_finds_in_every_commune_and_can_choose_one(houses, django_user_model) -> None:
    elsewhere = factories.neighbour_commune()
    far = factories.house(elsewhere, number="12/5", street="ngõ Đình")
    factories.household(far, "Nguyễn Thị Hoà", phone="0905678905")
    all_houses = {**houses, "far": far}
    admin = django_user_model.objects.create_superuser("admin", password="x")
    assert sorted(found(admin, "nguyễn thị hoà", all_houses)) == ["far", "hoa", "hoà"]
    assert found(admin, "nguyễn thị hoà", all_houses, commune=elsewhere) == ["far"]
    assert found(admin, "8905", all_houses) == ["far"]


def test_a_telephone_cannot_be_found_digit_by_digit(commune, officer, houses) -> None:
    """It is masked on every page: five to nine digits of it would be a way around the reveal, which is written down."""
    assert found(officer, "5678", houses) == ["hoà"]
    for end in ("45678", "345678", "2345678", "12345678"):
        assert found(officer, end, houses) == [], end
    assert found(officer, "912345678", houses) == ["hoà"]  # whole, without the zero that Excel drops


def test_whoever_may_not_reveal_a_telephone_finds_nobody_by_it(commune, houses) -> None:
    surveyor = factories.user("dieu-tra", role=Role.SURVEYOR, at=factories.village(commune))
    assert found(surveyor, "0912345678", houses) == [] and found(surveyor, "5678", houses) == []
    assert "hoà" in found(surveyor, "nguyễn thị hòa", houses)
    head = factories.user("truong-thon", role=Role.VILLAGE_HEAD, at=factories.village(commune))
    assert found(head, "0912345678", houses) == ["hoà"]


def test_more_is_told_and_the_limit_kept(commune, officer) -> None:
    for number in range(1, 7):
        factories.household(factories.house(commune, number=str(number)), f"Lê Văn {number}")
    result = search.find(user=officer, text="lê văn", limit=5)
    assert len(result.house_ids) == 5 and result.more
    assert not search.find(user=officer, text="lê văn", limit=6).more


def test_a_house_with_two_fitting_households_comes_once(commune, officer) -> None:
    house = factories.house(commune)
    factories.household(house, "Lê Văn An")
    factories.household(house, "Lê Văn Ân")
    assert search.find(user=officer, text="le van").house_ids == [house.pk]


def test_a_common_word_is_answered_from_the_first_rows_and_a_rare_one_by_the_index(
    commune, monkeypatch, django_user_model
) -> None:
    monkeypatch.setattr(search_rows, "_SAMPLE", 5)
    admin = django_user_model.objects.create_superuser("admin", password="x")
    for number in range(10):
        factories.household(factories.house(commune, number=str(number)), "Lê Văn An" if number < 9 else "Tạ Út")
    assert len(search.find(user=admin, text="an", limit=3).house_ids) == 3
    assert len(search.find(user=admin, text="an", limit=20).house_ids) == 9
    assert len(search.find(user=admin, text="tạ út").house_ids) == 1


def test_quotes_in_a_word_never_reach_the_query_as_operators() -> None:
    assert words_of("o'brien a\\b", ends_open=False).tsquery() == "'o' & 'brien' & 'a' & 'b'"
    assert read("x" * 500).text == "x" * 160


def test_a_title_before_a_name_is_left_out_unless_it_is_the_name(commune, officer) -> None:
    hung, chu = factories.house(commune), factories.house(commune)
    factories.household(hung, "Mai Văn Hùng")
    factories.household(chu, "Chu Văn Sơn")
    for text, expected in {
        "ông Mai Văn Hùng": [hung.pk],
        "bac hung": [hung.pk],
        "chú Hùng": [hung.pk],
        "chu son": [chu.pk],
        "ông": [],
        "bà 12": [],
    }.items():
        assert search.find(user=officer, text=text).house_ids == expected, text
