"""The public page of an alley: its map and numbers for anyone, and nothing about people."""

from __future__ import annotations

import re
import uuid
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from households import codes
from households.models import FormerAddress, House, HouseState, Street
from households.plates import press
from households.plates.alley_board import BRANCH, MAIN, Board, BoardHouse, BoardStreet
from households.plates.board_svg import MOST_NUMBERED, WIDTHS, Words, draw
from mapping.models import Unit, User
from tests import factories
from tests.households import streets
from tests.security.headers import assert_walled

pytestmark = pytest.mark.django_db
HEAD = "Nguyễn Văn Bí Mật"


def text(response: Any) -> str:
    return response.content.decode()


@pytest.fixture
def alley(commune: Unit, officer: User) -> Street:
    """Ngõ Đình off đường Liên Xã, with 1, 3 and 10 on the left and 2 on the right."""
    streets.draw(officer, commune, "road", "Liên Xã", (-200, 0), (200, 0))
    streets.draw(officer, commune, "ngo", "Đình", (0, 0), (0, 120))
    alley = Street.objects.get(name="Đình")
    for number, place in (("10", (-8, 90)), ("1", (-8, 20)), ("3", (-8, 50)), ("2", (8, 25))):
        house = streets.front(alley, place, number, "ngõ Đình")
        factories.household(house, HEAD, phone="0912345678")
    return alley


def test_anyone_reads_the_numbers_by_sides_and_finds_the_way_to_each(client: Client, alley: Street) -> None:
    response = client.get(f"/alley/{alley.pk}/")
    page = text(response)
    assert response.status_code == 200 and not response.cookies and "<script" not in page
    for part in ("Ngõ Đình", "Đi ra từ đường Liên Xã", "Xã Bình Minh", "Tỉnh Thử Nghiệm", "minh họa"):
        assert part in page
    left, right = page.split("Bên phải, đi từ đầu vào")
    assert re.findall(r'rel="noreferrer">([^<]+)</a>', left) == ["1", "3", "10"]
    assert re.findall(r'rel="noreferrer">([^<]+)</a>', right) == ["2"]
    house = House.objects.get(number="10")
    ways = codes.google_directions_url(house.location.y, house.location.x).replace("&", "&amp;")
    assert f'href="{ways}"' in left
    assert f"https://localhost/alley/{alley.pk}/" in page


def test_nothing_on_it_tells_of_people_or_leads_to_codes_and_tokens(client: Client, alley: Street) -> None:
    plates = [factories.plate(house).token for house in House.objects.all()]
    page = text(client.get(f"/alley/{alley.pk}/")).replace(str(alley.pk), "")  # any four digits may stand in an id
    assert HEAD not in page and "0912" not in page
    for house, token in zip(House.objects.all(), plates, strict=True):
        assert token not in page and house.code not in page and codes.format_house_code(house.code) not in page
        assert str(house.pk) not in page


def test_it_has_the_walls_of_a_public_page_and_stays_out_of_search(client: Client, alley: Street) -> None:
    response = client.get(f"/alley/{alley.pk}/")
    assert_walled(response, "an alley's page")
    assert response["X-Robots-Tag"] == "noindex, nofollow" and response["Referrer-Policy"] == "no-referrer"


def test_the_map_has_every_number_the_names_and_the_north(client: Client, alley: Street) -> None:
    page = text(client.get(f"/alley/{alley.pk}/"))
    svg = ElementTree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    said = [element.text for element in svg.iter() if element.tag.endswith("text")]
    assert {"1", "2", "3", "10", "Đầu ngõ", "B"} <= set(said)
    assert svg.attrib["aria-label"] == "Sơ đồ ngõ Đình"
    assert any(word and word.endswith(" m") for word in said)


def test_former_numbers_and_the_former_name_are_told_where_a_plate_said_so(client: Client, alley: Street) -> None:
    for house in House.objects.all():
        FormerAddress.objects.create(
            house=house, commune=house.commune, number=f"{house.number}0", street="ngõ Chợ", was_on_plate=True
        )
    secret = House.objects.get(number="2")
    FormerAddress.objects.create(house=secret, commune=secret.commune, number="99", street="ngõ Chợ")
    page = text(client.get(f"/alley/{alley.pk}/"))
    assert "cũ: 10 ngõ Chợ" in page and "cũ: 100 ngõ Chợ" in page and "99 ngõ" not in page
    assert not re.search(r">[^<]*(?<![\w-])99(?![\w-])[^<]*<", page)  # of an id or a drawing it is no number
    assert "Tên cũ: ngõ Chợ" in page


def test_a_renumbered_house_tells_its_old_number(client: Client, alley: Street) -> None:
    house = House.objects.get(number="3")
    factories.plate(house)
    House.objects.filter(pk=house.pk).update(number="5")
    page = text(client.get(f"/alley/{alley.pk}/"))
    assert re.search(r">5</a> <small>cũ: 3 ?</small>", page)


def test_closed_houses_are_gone_and_houses_without_a_number_are_counted(client: Client, alley: Street) -> None:
    House.objects.filter(number="3").update(state=HouseState.CLOSED, closed_on="2026-01-01")
    House.objects.filter(number="2").update(number="")
    page = text(client.get(f"/alley/{alley.pk}/"))
    assert ">3</a>" not in page and ">3</text>" not in page
    assert "Nhà chưa có số: 1" in page


def test_an_alley_without_houses_says_so(client: Client, commune: Unit, officer: User) -> None:
    streets.draw(officer, commune, "road", "Liên Xã", (-200, 0), (200, 0))
    page = text(client.get(f"/alley/{Street.objects.get().pk}/"))
    assert "Chưa có nhà nào mang số" in page and "<svg" in page


def test_an_unknown_alley_is_404_and_asking_too_often_is_slowed_down(
    client: Client, alley: Street, settings: Any
) -> None:
    assert client.get(f"/alley/{uuid.uuid4()}/").status_code == 404
    assert client.post(f"/alley/{alley.pk}/").status_code == 405
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"alley": (0.01, 1)}
    from mapping import rate_limits

    rate_limits.forget()
    assert [client.get(f"/alley/{alley.pk}/").status_code for _ in range(2)] == [200, 429]


def test_it_speaks_both_languages(client: Client, alley: Street) -> None:
    english = client.get(f"/alley/{alley.pk}/?lang=en")
    assert english["Content-Language"] == "en" and '<html lang="en">' in text(english)
    vietnamese = text(client.get(f"/alley/{alley.pk}/?lang=vi"))
    assert ">Đầu ngõ</text>" in vietnamese


def test_what_people_write_is_escaped(client: Client, alley: Street) -> None:
    Street.objects.filter(name="Đình").update(name="<script>x")
    House.objects.filter(number="2").update(number="<u>2")
    page = text(client.get(f"/alley/{alley.pk}/"))
    assert "<script" not in page and "<u>" not in page and "&lt;script&gt;x" in page


# --- The drawing alone ---------------------------------------------------------------------------------

WORDS = Words("Sơ đồ", "Đầu ngõ", "B")


def board(count: int, step: float, length: float) -> Board:
    """An alley eastwards with houses on both sides, so many metres apart, and a short branch."""
    import datetime

    houses = tuple(
        BoardHouse(str(number + 1), 0, number % 2 + 1, (number // 2 * step, 7.0 if number % 2 else -7.0))
        for number in range(count)
    )
    lines = (BoardStreet("ngõ Dài", ((0, 0), (length, 0)), MAIN), BoardStreet("ngách 2", ((20, 0), (20, 30)), BRANCH))
    return Board("ngõ Dài", "", "Xã Bình Minh", lines, houses, datetime.date(2026, 1, 1))


def width_of(svg: str) -> float:
    found = re.search(r'viewBox="0 0 ([\d.]+) ', svg)
    assert found
    return float(found.group(1))


@pytest.mark.parametrize(("count", "step", "length"), [(6, 10, 40), (40, 8, 160), (120, 8, 480)])
def test_every_number_is_drawn_and_a_longer_alley_makes_a_wider_map(count: int, step: float, length: float) -> None:
    svg = draw(board(count, step, length), press.fonts(), WORDS)
    drawn = re.findall(r'dy=".36em">(\d+)</text>', svg)
    assert sorted(map(int, drawn)) == list(range(1, count + 1))
    assert width_of(svg) in WIDTHS and 'class="alley"' in svg
    ElementTree.fromstring(svg)


def test_a_small_alley_is_as_wide_as_a_phone_and_a_huge_street_shows_dots() -> None:
    assert width_of(draw(board(4, 10, 30), press.fonts(), WORDS)) == WIDTHS[0]
    huge = draw(board(MOST_NUMBERED + 1, 4, 2500), press.fonts(), WORDS)
    assert not re.findall(r'dy=".36em">(\d+)</text>', huge)
    found = re.search(r'class="dots" stroke-width="0.9" d="([^"]+)"', huge)
    assert found and found.group(1).count("h0") == MOST_NUMBERED + 1
