"""What names, layers and tags say of a street, and how pieces become whole streets."""

from __future__ import annotations

import math

import pytest
import shapely

from households.streets.importing import words
from households.streets.importing.joining import Piece, joined
from households.streets.importing.ways import way_of


@pytest.mark.parametrize(
    ("written", "kind", "name", "number"),
    [
        ("Ngõ Đình", "ngo", "Đình", ""),
        ("đường Liên xã", "road", "Liên xã", ""),
        ("Ngõ Đình", "ngo", "Đình", ""),  # decomposed
        ("NGÕ ĐÌNH LÀNG", "ngo", "Đình Làng", ""),
        ("Ngõ 12", "ngo", "", "12"),
        ("ngách 12/5", "ngach", "", "12/5"),
        ("hẻm số 3a", "hem", "", "3A"),
        ("Đường số 5", "road", "số 5", ""),
        ("Đ. Liên Xã", "road", "Liên Xã", ""),
        ("P.Trần Phú", "street", "Trần Phú", ""),
        ("Kiệt 18", "kiet", "", "18"),
        ("ngo 12", "ngo", "", "12"),
        ("Ngo Quyen", "", "Ngo Quyen", ""),  # a person's name, not the alley Quyen
        ("Ngô Quyền", "", "Ngô Quyền", ""),
        ("Dương Đình Nghệ", "", "Dương Đình Nghệ", ""),
        ("Ngõ", "ngo", "", ""),
        ("không tên", "", "", ""),
        ("QL47", "", "QL47", ""),
    ],
)
def test_a_name_is_split_into_the_word_of_its_kind_and_the_rest(
    written: str, kind: str, name: str, number: str
) -> None:
    assert words.called(written) == (kind, name, number)


def test_a_word_of_another_kind_than_the_known_one_belongs_to_the_name() -> None:
    assert words.called("Phố Cũ", kind="ngo") == ("ngo", "Phố Cũ", "")
    assert words.called("ngõ Chợ", kind="ngo") == ("ngo", "Chợ", "")


@pytest.mark.parametrize(
    ("layer", "kind", "name", "number"),
    [
        ("TIM_NGO", "ngo", "", ""),
        ("TIM_DUONG", "road", "", ""),
        ("ngõ Đình", "ngo", "Đình", ""),
        ("đường_Liên_Xã", "road", "Liên Xã", ""),
        ("NGO 12", "ngo", "", "12"),
        ("DUONG BE TONG", "road", "", ""),  # what it is made of
        ("Đường ngõ xóm", "ngo", "", ""),
        ("DUONG_DONG_MUC", words.LEAVE_OUT, "", ""),  # contour lines
        ("đường dây 35kV", words.LEAVE_OUT, "", ""),
        ("Đường trục chính nội đồng", words.LEAVE_OUT, "", ""),
        ("NHA", "", "", ""),
        ("0", "", "", ""),
    ],
)
def test_a_layer_of_a_drawing_says_the_kind_and_sometimes_the_name(
    layer: str, kind: str, name: str, number: str
) -> None:
    assert words.called_by_layer(layer) == (kind, name, number)


@pytest.mark.parametrize(
    ("written", "width"),
    [("3,5 m", 3), ("1.8", 1), ("2-3", 2), ("dưới 2 m", 1), ("2 đến dưới 3,5 m", 2), ("từ 12 m", 5), ("", 0),
     ("rộng", 0), ("3500", 0), ("7 đến dưới 12 m", 4), ("<2", 1)],
)  # fmt: skip
def test_a_width_is_understood_as_its_class(written: str, width: int) -> None:
    assert words.width_of(written) == width


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({"highway": "residential", "name": "Ngõ Đình", "width": "3"}, ("ngo", "Đình", "", 2)),
        ({"highway": "residential", "name": "Trần Phú"}, ("road", "Trần Phú", "", 3)),
        ({"highway": "residential"}, ("ngo", "", "", 3)),
        ({"highway": "primary", "ref": "QL.47;AH1", "lanes": "4"}, ("road", "QL.47", "", 5)),
        ({"highway": "tertiary"}, ("", "", "", 3)),  # a road without a name: told, not guessed
        ({"highway": "service", "service": "alley"}, ("ngo", "", "", 2)),
        ({"highway": "service"}, (words.LEAVE_OUT, "", "", 2)),
        ({"highway": "footway", "name": "Ngách 12/5"}, ("ngach", "", "12/5", 1)),
        ({"highway": "track"}, (words.LEAVE_OUT, "", "", 2)),
        ({"highway": "motorway", "name": "Cao tốc Bắc Nam"}, (words.LEAVE_OUT, "", "", 0)),
        ({"highway": "construction", "name": "Đường Mới"}, (words.LEAVE_OUT, "", "", 0)),
    ],
)
def test_tags_of_openstreetmap_say_what_a_way_is(tags: dict[str, str], told: tuple[str, str, str, int]) -> None:
    assert way_of(tags)[:4] == told


def piece(row: int, *points: tuple[float, float], name: str = "") -> Piece:
    return Piece(shapely.LineString(points), (row,), ("ngo", name), named=bool(name))


def test_pieces_of_one_name_become_one_line_that_runs_as_most_of_them_did() -> None:
    pieces = [
        piece(1, (0, 0), (40, 0), name="dinh"),
        piece(2, (60, 0), (40, 0.1), name="dinh"),
        piece(3, (60, 0), (60, 50), name="dinh"),
    ]
    (whole,) = joined(pieces)
    assert whole.rows == (1, 2, 3)
    assert whole.line.coords[0] == (0, 0) and whole.line.coords[-1] == (60, 50)
    assert whole.line.length == pytest.approx(110, abs=0.3)


def test_nameless_pieces_go_straight_on_at_a_crossing_and_stop_at_a_named_street() -> None:
    cross = [piece(1, (0, 0), (50, 0)), piece(2, (50, 0), (100, 2)), piece(3, (50, 0), (50, 40)),
             piece(4, (50, -40), (50, 0))]  # fmt: skip
    assert [one.rows for one in joined(cross)] == [(1, 2), (3, 4)]
    assert [one.rows for one in joined(cross[:3])] == [(1, 2), (3,)]  # a branch stays an alley of its own
    across = [piece(1, (0, 0), (50, 0)), piece(2, (50, 0), (100, 0)), piece(3, (50, -90), (50, 90), name="lien xa")]
    assert [one.rows for one in joined(across)] == [(1,), (2,), (3,)]


def test_pieces_that_make_a_ring_stay_a_ring() -> None:
    ring = [piece(1, (0, 0), (50, 0), (50, 50), name="x"), piece(2, (50, 50), (0, 50), (0, 0), name="x")]
    (whole,) = joined(ring)
    assert whole.line.is_ring and whole.rows == (1, 2)


def test_thousands_of_lines_that_meet_in_one_place_stay_apart() -> None:
    spokes = [
        Piece(shapely.LineString([(0, 0), (100 * math.cos(turn), 100 * math.sin(turn))]), (turn,), "ngõ", False)
        for turn in range(12_000)
    ]
    assert joined(spokes) == spokes


def test_ends_a_hand_apart_are_one_place_along_the_whole_row() -> None:
    teeth = [
        Piece(shapely.LineString([(0.29 * at, 0), (0.29 * at, 50 + at)]), (at,), "ngõ", False) for at in range(3_000)
    ]
    assert joined(teeth) == teeth
