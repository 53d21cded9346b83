"""The search box: addresses as people write them, what of them was not understood, and addresses of before."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.test import Client

from households import search
from households.models import Frontage, House, Side, Street, StreetKind
from mapping.models import Unit
from tests import factories

LNG, LAT = factories.CENTRE


@pytest.fixture
def houses(commune: Unit) -> dict[str, House]:
    """One address in two villages, alleys with and without names, and people."""
    west, east = factories.village(commune, 1), factories.village(commune, 2)
    places = {
        "đình đông": ("12/5", "ngõ Đình", west),
        "đình xa": ("12/5", "ngõ Đình", east),
        "liên xã": ("12/5", "đường Liên Xã", east),
        "liên xã 5": ("5", "đường Liên Xã", east),
        "số alley": ("5", "ngõ 8", west),
        "phố": ("7", "phố Cầu Đá", west),
    }
    made = {
        key: factories.house(commune, number=number, street=street, village=village)
        for key, (number, street, village) in places.items()
    }
    factories.household(made["đình đông"], "Nguyễn Văn An")
    factories.household(made["đình xa"], "Lê Thị Bình")
    return made


def answer(user: Any, text: str, houses: dict[str, House]) -> tuple[list[str], tuple[str, ...]]:
    key_of = {house.pk: key for key, house in houses.items()}
    found = search.find(user=user, text=text)
    return [key_of[pk] for pk in found.house_ids], found.not_understood


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("12/5 ngõ Đình, thôn Xa Thư", ["đình xa"]),
        ("12/5 ngo dinh, thon xa thu", ["đình xa"]),
        ("12/5 ng. Đình, th. Xa Thư", ["đình xa"]),
        ("th. Xa Thư, ng. Đình, số 12/5", ["đình xa"]),
        ("Thôn Xa Thư ngõ Đình 12/5", ["đình xa"]),
        ("12/5 ng Đình Xa Thư", ["đình xa"]),
        ("12/5 ng. Đình", ["đình đông", "đình xa"]),
        ("12/5 đ. Liên Xã", ["liên xã"]),
        ("đ. Liên Xã 12/5 th. Xa Thư", ["liên xã"]),
        ("số 5 ngõ 12 đường Liên Xã", ["liên xã"]),
        ("so 5 ngo 12 duong lien xa", ["liên xã"]),
        ("đường Liên Xã, ngõ 12, số nhà 5", ["liên xã"]),
        ("số 5 ngõ 12 đ. Liên Xã, th. Xa Thư, x. Bình Minh", ["liên xã"]),
        ("5 ngõ 8", ["số alley"]),
        ("5 ngõ 12", ["đình đông", "liên xã", "đình xa"]),  # of whatever street
        ("7 p. Cầu Đá", ["phố"]),
        ("số nhà 7, phố Cầu Đá, thôn Đông Hoà, xã Bình Minh, tỉnh Thử Nghiệm", ["phố"]),
        ("12/5 ng. Đình, th. Đông Hòa", ["đình đông"]),  # the tone in the other place
        ("Nguyễn Văn An, 12/5 ng. Đình", ["đình đông"]),
        ("12/5 ng. Đình, Lê Thị Bình", ["đình xa"]),
        ("An, th. Đông Hoà", ["đình đông"]),
        ("th. Đông Hoà", ["đình đông", "số alley", "phố"]),
        (unicodedata.normalize("NFD", "12/5 ng. Đình, th. Xa Thư"), ["đình xa"]),
    ],
)
def test_written_addresses_are_understood_whole(
    text: str, keys: list[str], officer: Any, houses: dict[str, House]
) -> None:
    found, left = answer(officer, text, houses)
    assert sorted(found) == sorted(keys) and left == ()


@pytest.mark.parametrize(
    ("text", "keys", "left"),
    [
        ("12/5 ngõ Đình, thôn Không Có", ["đình đông", "đình xa"], ("thôn Không Có",)),
        ("12/5 ng. Đình, th. Xa Thư, huyện Quảng Xương", ["đình xa"], ("huyện Quảng Xương",)),
        ("12/5 ng. Đình, x. Tân Lập", ["đình đông", "đình xa"], ("xã Tân Lập",)),
        ("12/5 kiệt Đình", ["đình đông", "đình xa"], ("kiệt",)),
        ("12/5 ng. Đình, cạnh trạm bơm", ["đình đông", "đình xa"], ("cạnh trạm bơm",)),
        ("12/5 ng. Đình, đ. Xa Lắm", ["đình đông", "đình xa"], ("đường Xa Lắm",)),
        ("999 ng. Đình, th. Xa Thư", [], ()),
        ("Nguyễn Văn Zét", [], ()),
    ],
)
def test_what_was_not_understood_is_told(
    text: str, keys: list[str], left: tuple[str, ...], officer: Any, houses: dict[str, House]
) -> None:
    factories.neighbour_commune()
    found, told = answer(officer, text, houses)
    assert (sorted(found), told) == (sorted(keys), left)


def test_the_street_that_an_alley_leaves_tells_two_alleys_apart(
    commune: Unit, officer: Any, houses: dict[str, House]
) -> None:
    def street(kind: str, name: str, parent: Street | None = None) -> Street:
        line = LineString((LNG, LAT), (LNG, LAT + 0.001), srid=4326)
        return Street.objects.create(commune=commune, kind=kind, name=name, parent=parent, line=line)

    for key, road in (("đình đông", "Trần Phú"), ("đình xa", "Liên Xã")):
        alley = street(StreetKind.NGO, "Đình", street(StreetKind.ROAD, road))
        Frontage.objects.create(house=houses[key], street=alley, side=Side.LEFT, position_m=1, distance_m=1)
    assert answer(officer, "12/5 ng. Đình, đ. Trần Phú", houses) == (["đình đông"], ())
    assert answer(officer, "12/5 ngõ Đình, đường Liên Xã", houses) == (["đình xa"], ())


def test_an_officer_of_one_village_finds_only_its_houses(commune: Unit, houses: dict[str, House]) -> None:
    user = factories.user("thon", officer_of=factories.village(commune, 1))
    assert answer(user, "12/5 ng. Đình", houses)[0] == ["đình đông"]
    assert answer(user, "12/5 ng. Đình, th. Xa Thư", houses) == (["đình đông"], ("thôn Xa Thư",))


def test_the_administrator_names_a_commune(houses: dict[str, House], django_user_model: Any) -> None:
    elsewhere = factories.neighbour_commune()
    far = factories.house(elsewhere, number="12/5", street="ngõ Đình", village=factories.village(elsewhere, 2))
    admin = django_user_model.objects.create_superuser("admin", password="x")
    every = {**houses, "far": far}
    assert answer(admin, "12/5 ng. Đình, th. Xa Thư, x. Tân Lập", every) == (["far"], ())
    assert answer(admin, "12/5 ng. Đình, th. Xa Thư, x. Bình Minh", every) == (["đình xa"], ())
    assert sorted(answer(admin, "12/5 ng. Đình, th. Xa Thư", every)[0]) == ["far", "đình xa"]


@pytest.mark.parametrize(
    "text", ["x k t h p n " * 20, "12/5/" * 60, ", , , ;", "số", "ngõ", "th.", "12 ngõ", "\x00 th. 😀"]
)
def test_nonsense_finds_nothing_and_breaks_nothing(text: str, officer: Any, houses: dict[str, House]) -> None:
    search.find(user=officer, text=text)


@pytest.fixture
def renumbered(houses: dict[str, House]) -> House:
    """7 phố Cầu Đá was 12 ngõ Chùa."""
    house = houses["phố"]
    House.objects.filter(pk=house.pk).update(number="12", street="ngõ Chùa")
    House.objects.filter(pk=house.pk).update(number="7", street="phố Cầu Đá")
    return house


@pytest.mark.parametrize(
    "text", ["12 ngõ Chùa", "12 ngo chua", "số 12 ng. Chùa, th. Đông Hoà", "ngõ chùa", "12 ngõ Chùa Đông Hoà"]
)
def test_an_old_address_finds_the_house_and_says_so(
    text: str, officer: Any, houses: dict[str, House], renumbered: House
) -> None:
    found = search.find(user=officer, text=text)
    assert found.house_ids == [renumbered.pk]
    assert found.former == {renumbered.pk: "12 ngõ Chùa"} and found.not_understood == ()


def test_whoever_lives_at_an_address_comes_before_whoever_did(
    commune: Unit, officer: Any, stranger: Any, renumbered: House
) -> None:
    now = factories.house(commune, number="12", street="ngõ Chùa")
    beside = factories.house(commune, number="12A", street="ngõ Chùa")
    found = search.find(user=officer, text="ngõ chùa 12")
    assert found.house_ids == [now.pk, renumbered.pk, beside.pk]
    assert found.former == {renumbered.pk: "12 ngõ Chùa"}
    assert search.find(user=stranger, text="12 ngõ chùa").house_ids == []
    east = factories.user("thon", officer_of=factories.village(commune, 2))
    assert search.find(user=east, text="12 ngõ chùa").house_ids == []


def test_pages_and_programs_say_what_was_found_and_what_was_not_understood(
    officer_client: Client, renumbered: House
) -> None:
    answer = officer_client.get("/houses/search.json", {"q": "12 ng. Chùa, thôn Không Có"}).json()
    assert [(hit["code"], hit["former_address"]) for hit in answer["results"]] == [(renumbered.code, "12 ngõ Chùa")]
    assert answer["not_understood"] == ["thôn Không Có"]
    page = officer_client.get("/houses/", {"q": "12 ng. Chùa, thôn Không Có"}).content.decode()
    assert "Không hiểu: thôn Không Có" in page and "trước là 12 ngõ Chùa" in page
    told = officer_client.get("/api/search", {"q": "12 ng. Chùa, thôn Không Có"}).json()
    assert told["not_understood"] == ["thôn Không Có"] and len(told["houses"]) == 1


def asked(client: Client, text: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/houses/search.json", {"q": text}).json()
    return found


def test_an_address_without_a_house_is_told_with_what_comes_nearest(
    officer_client: Client, houses: dict[str, House], commune: Unit
) -> None:
    line = LineString([(LNG, LAT), (LNG + 0.001, LAT)], srid=4326)
    street = Street.objects.create(kind=StreetKind.NGO, name="Đình", commune=commune, line=line)
    told = asked(officer_client, "12/9 ngõ Đình, thôn Xa Thư")
    assert told["results"] == []
    assert told["explained"]["sentences"] == ["không có số 12/9 trên ngõ Đình; gần nhất là số 12/5"]
    near = houses["đình xa"]
    assert [(link["url"], link["text"]) for link in told["explained"]["links"]] == [
        (f"/streets/{street.pk}/", "ngõ Đình"),
        (f"/houses/{near.code}/", "12/5 ngõ Đình"),
    ]


def test_a_text_of_nonsense_is_told_as_not_understood(officer_client: Client, houses: dict[str, House]) -> None:
    for text in ("qwrtzx", "qwrtzx vbnm"):
        told = asked(officer_client, text)
        assert (told["results"], told["not_understood"], told["explained"]) == ([], [text], None)
    assert (
        asked(officer_client, "Nguyễn Văn Bình")["not_understood"] == []
    )  # names that people have, though not this one
    assert asked(officer_client, "dinh")["not_understood"] == []


def test_the_alley_comes_before_people_of_its_name(
    officer_client: Client, houses: dict[str, House], commune: Unit
) -> None:
    line = LineString([(LNG, LAT), (LNG + 0.001, LAT)], srid=4326)
    street = Street.objects.create(kind=StreetKind.NGO, name="Đình", commune=commune, line=line)
    factories.household(houses["phố"], "Ngô Đình Tư")
    for text in ("ngõ Đình", "ngo dinh", "ng. Đình"):
        told = asked(officer_client, text)
        assert [page["url"] for page in told["streets"]] == [f"/streets/{street.pk}/"], text
        assert told["results"][0]["address"] == "12/5 ngõ Đình", text
    assert houses["phố"].code in [result["code"] for result in asked(officer_client, "ngõ Đình")["results"]]
    assert asked(officer_client, "12/5 ngõ Đình")["streets"] == []


def test_a_village_of_before_is_understood(officer: Any, houses: dict[str, House]) -> None:
    assert answer(officer, "7 phố Cầu Đá, thôn 5 (cũ)", houses) == (["phố"], ())
    assert answer(officer, "7 phố Cầu Đá, Lạc Hồng (cũ)", houses) == (["phố"], ())


def test_searching_without_a_hit_asks_the_database_few_times(
    admin_user: Any, houses: dict[str, House], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(36):  # twice as many, when the planner was told before and after each
        search.find(user=admin_user, text="9999 ng. Đình, th. Xa Thư")
