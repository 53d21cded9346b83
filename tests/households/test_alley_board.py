"""The board at an alley's mouth: every number once on the map, none over another, and nobody's name."""

from __future__ import annotations

import datetime
import io
import itertools
import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pypdfium2 as pdfium
import pytest
from django.conf import settings
from django.test import Client

from households.models import Frontage, House, NumberingDecision, Side, Street, StreetKind
from households.plates import board_working
from households.plates.alley_board import A3, A4, AROUND, BRANCH, Board, BoardHouse, BoardStreet, plan
from households.plates.board_drawing import write_board
from households.plates.board_reading import board_of
from mapping.errors import UserError
from mapping.models import Job, JobState, Unit
from mapping.printing.fonts import Font, Fonts
from tests import factories
from tests.households import numbered

FONTS = Fonts(Font(settings.FONT_REGULAR), Font(settings.FONT_BOLD))
DAY = datetime.date(2026, 11, 26)


def along(
    path: tuple[tuple[float, float], ...], street: int, *, every: float = 9.0, shake: int = 0
) -> list[BoardHouse]:
    """Houses on both sides of a straight path."""
    rng = random.Random(shake)
    (x, y), (to_x, to_y) = path
    length = math.dist(*path)
    east, north = (to_x - x) / length, (to_y - y) / length
    houses = []
    for step in range(1, int(length / every)):
        for side, turn in ((Side.LEFT, 1), (Side.RIGHT, -1)):
            far, off = step * every + rng.uniform(-2, 2), turn * rng.uniform(6, 12)
            number = str(2 * step - (1 if side == Side.LEFT else 0))
            houses.append(
                BoardHouse(number, street, side, (x + far * east - off * north, y + far * north + off * east))
            )
    return houses


def board(*paths: tuple[tuple[float, float], ...], every: float = 9.0, shake: int = 0) -> Board:
    roles = ["main", BRANCH, BRANCH]
    streets = [BoardStreet(f"ngõ {place}", path, roles[place]) for place, path in enumerate(paths)]
    houses = [house for place, path in enumerate(paths) for house in along(path, place, every=every, shake=shake)]
    streets.append(BoardStreet("đường Liên Xã", ((-300.0, -8.0), (300.0, -8.0)), AROUND))
    return Board("ngõ Đình", "đường Liên Xã", "Thôn Xa Thư, xã Bình Minh", tuple(streets), tuple(houses), DAY)


def overlap(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


@pytest.mark.parametrize("shake", range(4))
@pytest.mark.parametrize("paper", [A4, A3])
@pytest.mark.parametrize("length", [60.0, 250.0, 900.0])
def test_every_number_has_its_place_and_covers_no_other(length: float, paper: Any, shake: int) -> None:
    drawn = board(((0.0, 0.0), (length * 0.5, length)), ((20.0, 40.0), (120.0, 30.0)), shake=shake)
    sheets = plan(drawn, paper, FONTS)
    assert sorted(index for sheet in sheets for index in sheet.houses) == list(range(len(drawn.houses)))
    left, bottom, width, height = paper.frame
    for sheet in sheets:
        assert sheet.is_complete and sheet.size >= 6.5
        boxes = [label.box for label in sheet.labels if label is not None]
        boxes += [sheet.mouth.box] if sheet.mouth is not None else []
        assert not any(overlap(*pair) for pair in itertools.combinations(boxes, 2))
        assert all(left <= b[0] and bottom <= b[1] and b[2] <= left + width and b[3] <= bottom + height for b in boxes)
        places = [sheet.on_paper(drawn.houses[index].at, paper) for index in sheet.houses]
        own = dict(zip(places, sheet.labels, strict=True))
        for place, label in own.items():
            assert not any(
                overlap(other.box, (*place, *place))
                for other in own.values()
                if other is not label and other is not None
            )


def test_a_short_alley_takes_one_sheet_and_a_long_one_more_in_walking_order() -> None:
    assert len(plan(board(((0.0, 0.0), (30.0, 70.0))), A4, FONTS)) == 1
    sheets = plan(board(((0.0, 0.0), (1500.0, 300.0))), A4, FONTS)
    assert 4 <= len(sheets) <= 30
    firsts = [min(int(board_house) for board_house in sheet.houses) for sheet in sheets]
    assert firsts == sorted(firsts) and sheets[0].mouth is not None and sheets[-1].mouth is None


def test_houses_at_one_point_are_all_told() -> None:
    at = tuple(BoardHouse(str(number), 0, Side.LEFT, (5.0, 20.0)) for number in range(1, 60))
    drawn = Board("ngõ Hẹp", "", "Xã Bình Minh", (BoardStreet("ngõ Hẹp", ((0.0, 0.0), (0.0, 40.0))),), at, DAY)
    out = io.BytesIO()
    written = write_board(out, drawn, A4, FONTS)
    words = Counter(words_of(out.getvalue()))
    assert all(words[str(number)] >= 1 for number in range(1, 60)) and len(written.without_room) < 59


def road_with_alleys() -> Board:
    """A road of 1.5 km with alleys of 60 to 200 m to both sides, one of them with an alley of its own."""
    road = ((0.0, 0.0), (200.0, -1500.0))
    streets, houses = [BoardStreet("đường Dài", road)], along(road, 0)
    for place, far in enumerate((60.0, 140.0, 200.0, 90.0, 120.0, 180.0)):
        start = (30.0 + place * 30, -225.0 * (place + 1) + 40)
        path = start, (start[0] + (far if place % 2 else -far), start[1] + 20)
        streets.append(BoardStreet(f"ngõ {place}", path, BRANCH))
        houses += [replace(house, number=f"{place}/{house.number}") for house in along(path, len(streets) - 1)]
    inner = (streets[3].path[1], (streets[3].path[1][0] + 20, streets[3].path[1][1] - 60))
    streets.append(BoardStreet("ngách", inner, BRANCH, 3))
    houses += [replace(house, number=f"2/9/{house.number}") for house in along(inner, 7)]
    return Board("đường Dài", "", "Xã Bình Minh", tuple(streets), tuple(houses), DAY)


@pytest.mark.parametrize("paper", [A4, A3])
def test_a_side_alley_is_whole_on_the_sheet_of_its_mouth(paper: Any) -> None:
    drawn = road_with_alleys()
    sheets = plan(drawn, paper, FONTS)
    assert sorted(index for sheet in sheets for index in sheet.houses) == list(range(len(drawn.houses)))
    assert len(sheets) > 2
    for alleys in ({1}, {2}, {3, 7}, {4}, {5}, {6}):
        mine = {index for index, house in enumerate(drawn.houses) if house.street in alleys}
        (sheet,) = [sheet for sheet in sheets if mine & set(sheet.houses)]
        west, south, east, north = sheet.seen(paper)
        assert mine <= set(sheet.houses)
        for x, y in (place for street in alleys for place in drawn.streets[street].path):
            assert west < x < east and south < y < north


def test_an_alley_too_long_for_a_sheet_goes_over_several() -> None:
    long = ((0.0, -100.0), (-1400.0, -100.0))
    streets = (BoardStreet("đường", ((0.0, 0.0), (0.0, -200.0))), BoardStreet("ngõ", long, BRANCH))
    houses = (*along(streets[0].path, 0), *along(long, 1))
    sheets = plan(Board("đường", "", "Xã", streets, houses, DAY), A4, FONTS)
    assert sorted(index for sheet in sheets for index in sheet.houses) == list(range(len(houses)))
    assert all(sheet.is_legible for sheet in sheets) and len(sheets) > 2


def test_houses_on_one_point_make_no_other_sheet_larger() -> None:
    clean = road_with_alleys()
    heap = tuple(BoardHouse(f"9{number}", 0, Side.LEFT, (100.0, -750.0)) for number in range(60))
    spoilt = plan(replace(clean, houses=(*clean.houses, *heap)), A4, FONTS)
    assert len(spoilt) <= len(plan(clean, A4, FONTS)) + 6


def test_the_list_names_the_mark_only_where_it_is_drawn() -> None:
    out = io.BytesIO()
    write_board(out, road_with_alleys(), A4, FONTS)
    pages = [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(out.getvalue())]
    assert pages[0].count("Bạn ở đây") == 2
    assert not any("Bạn ở đây" in page for page in pages[1:])
    assert all("Đi theo chiều số tăng" in page for page in pages[1:])


def words_of(pdf: bytes) -> list[str]:
    document = pdfium.PdfDocument(pdf)
    return " ".join(page.get_textpage().get_text_range() for page in document).split()


@pytest.fixture
def ground(commune: Unit) -> numbered.Ground:
    """The road and the alleys of the numbering's tests, with households in every house."""
    made = numbered.Ground(commune)
    for place, house in enumerate(made.houses):
        factories.household(house, f"Nguyễn Văn Kín{place}", phone=f"09120000{place:02}")
    return made


def fetched(client: Client, street: Street, sheet: str = "a4") -> bytes:
    response = client.post(f"/streets/{street.pk}/board.pdf", {"sheet": sheet})
    assert response.status_code == 200 and response["Content-Type"] == "application/pdf"
    return b"".join(response.streaming_content)


@pytest.mark.django_db
def test_before_any_numbering_houses_are_known_by_the_street_they_name(
    ground: numbered.Ground, officer_client: Client
) -> None:
    for number, house in zip(("12", "2", "10", "12A"), ground.on_dinh, strict=True):
        House.objects.filter(pk=house.pk).update(number=number, street="Ngõ Đình")
    far = numbered.house(ground.commune, 900, 900, number="77", street="ngõ Đình")
    other = numbered.house(ground.commune, -10, -70, number="78", street="ngõ Chùa")
    words = words_of(fetched(officer_client, ground.dinh))
    text = " ".join(words)
    assert Counter(words)["12"] == Counter(words)["12A"] == Counter(words)["2"] == 2  # on the map and in the list
    assert far.number not in words and other.number not in words
    for part in ("Ngõ Đình", "Đi ra từ đường Liên Xã", "xã Bình Minh, tỉnh Thử Nghiệm", "Bạn ở đây", "Tỉ lệ 1 :", "B"):
        assert part in text, part
    assert "Nguyễn" not in text and "Kín" not in text and "0912" not in text.replace(" ", "")


@pytest.mark.django_db
def test_after_a_decision_the_frontages_say_sides_and_order(ground: numbered.Ground, officer: Any) -> None:
    decision = NumberingDecision.objects.create(commune=ground.commune, number="1/QĐ", decided_on=DAY)
    for place, house in enumerate(ground.on_dinh):
        side, number = (Side.LEFT, 1 + place) if place % 2 == 0 else (Side.RIGHT, 1 + place)
        House.objects.filter(pk=house.pk).update(number=str(number), street="ngõ Đình")
        Frontage.objects.create(
            house=house, street=ground.dinh, side=side, position_m=60 + 20 * place, distance_m=8, decision=decision
        )
    made = board_of(officer, ground.dinh)
    assert {house.number: house.side for house in made.houses} == {"1": 1, "2": 2, "3": 1, "4": 2}
    assert math.dist(made.mouth, made.streets[0].path[-1]) == pytest.approx(150, abs=1)
    assert made.off == "đường Liên Xã" and [street.name for street in made.streets][:2] == ["ngõ Đình", "đường Liên Xã"]


@pytest.mark.django_db
def test_a_nameless_alley_shows_the_houses_that_bear_its_number(ground: numbered.Ground, officer: Any) -> None:
    Street.objects.filter(pk=ground.nameless.pk).update(number="12")
    ground.nameless.refresh_from_db()
    for number, house in zip(("12/1", "12/2", "12/3", "5"), ground.on_nameless, strict=True):
        House.objects.filter(pk=house.pk).update(number=number, street="đường Liên Xã")
    made = board_of(officer, ground.nameless)
    assert made.title == "ngõ 12" and sorted(house.number for house in made.houses) == ["12/1", "12/2", "12/3"]
    road = board_of(officer, ground.road)
    assert {"12/1", "5"} <= {house.number for house in road.houses}  # the road's board has what bears its name


@pytest.mark.django_db
def test_an_alley_s_board_goes_into_its_branches_and_begins_at_the_larger_street(
    ground: numbered.Ground, officer: Any
) -> None:
    inner = numbered.street(ground.commune, "Giếng", (-90, -100), (-25, -100), kind="ngach", parent=ground.dinh)
    numbered.house(ground.commune, -60, -92, number="4", street="ngách Giếng")
    made = board_of(officer, ground.dinh)
    assert [(one.name, one.role) for one in made.streets if one.role == BRANCH] == [("ngách Giếng", BRANCH)]
    assert [house.number for house in made.houses] == ["4"]
    mouth = made.streets[1].path[0]
    assert min(math.dist(mouth, made.streets[0].path[place]) for place in (0, -1)) > 40  # where it leaves, not its end
    assert inner.kind == StreetKind.NGACH and made.houses[0].side == Side.RIGHT


@pytest.mark.django_db
def test_an_alley_without_numbers_and_an_unknown_sheet_get_one_sentence(
    ground: numbered.Ground, officer: Any, officer_client: Client
) -> None:
    with pytest.raises(UserError, match="Ngõ Đình chưa có nhà nào mang số"):
        board_of(officer, ground.dinh)
    House.objects.filter(pk=ground.on_dinh[0].pk).update(number="1", street="ngõ Đình")
    page = officer_client.get(f"/streets/{ground.dinh.pk}/board.pdf?sheet=a0")
    assert page.status_code == 400 and "khổ a4 và a3" in page.content.decode()
    width, height = pdfium.PdfDocument(fetched(officer_client, ground.dinh, "a3"))[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (420, 297)


@pytest.mark.django_db
def test_whoever_sees_one_village_gets_the_numbers_of_its_houses(ground: numbered.Ground) -> None:
    for place, house in enumerate((ground.north[0], ground.north[-1])):
        House.objects.filter(pk=house.pk).update(number=str(2 + place), street="đường Liên Xã")
    west = factories.user("thon", officer_of=factories.village(ground.commune, 1))
    assert [house.number for house in board_of(west, ground.road).houses if house.number] == ["3"]


@pytest.mark.django_db(transaction=True)
def test_a_large_board_is_ordered_and_fetched_from_its_job(
    officer_client: Client, commune: Unit, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    ground = numbered.Ground(commune)
    for number, house in zip(("12", "2", "10", "12A"), ground.on_dinh, strict=True):
        House.objects.filter(pk=house.pk).update(number=number, street="Ngõ Đình")
    monkeypatch.setattr(board_working, "INLINE_HOUSES", 3)
    address = f"/streets/{ground.dinh.pk}/board.pdf"
    page = officer_client.get(address)
    assert page.status_code == 400 and "hãy bấm nút Bảng ngõ" in page.content.decode() and not Job.objects.exists()
    assert f'href="/streets/{ground.dinh.pk}/"' in page.content.decode()
    first, again = (officer_client.post(address, {"sheet": "a3"}) for _ in range(2))
    assert first.status_code == 302 and first["Location"] == again["Location"]  # a button pressed twice draws once
    run_jobs()
    job = Job.objects.get()
    assert job.state == JobState.DONE and job.told == "Đã vẽ bảng của ngõ Đình trên 1 tờ."
    assert job.result_file.name == "bang-ngo-dinh-a3.pdf"
    assert f'href="/streets/{ground.dinh.pk}/"' in officer_client.get(f"/jobs/{job.pk}/").content.decode()
    kept = officer_client.get(f"/files/{job.result_file_id}/")
    assert {"12", "2", "10", "12A", "Đình"} <= set(words_of(b"".join(kept.streaming_content)))
