"""What a list's coordinates mean, found out against the outline of a commune."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapping import crs, placing

# A bent commune about 4 km across, as invented as its houses.
OUTLINE = shapely.Polygon(
    [(105.79, 19.65), (105.83, 19.655), (105.835, 19.68), (105.815, 19.675), (105.80, 19.69), (105.785, 19.67)]
)
RANDOM = np.random.default_rng(7)


def houses(count: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes inside the outline, well off its edge."""
    west, south, east, north = OUTLINE.bounds
    lng, lat = RANDOM.uniform(west, east, count * 4), RANDOM.uniform(south, north, count * 4)
    inside = shapely.contains_xy(OUTLINE.buffer(-0.001), lng, lat)
    return lng[inside][:count], lat[inside][:count]


LNG, LAT = houses()


def texts(values: np.ndarray, form: str = "{:.7f}") -> list[str]:
    return [form.format(value) for value in values]


def found(x: list[str], y: list[str] | None = None) -> tuple[list[str], bool]:
    finding = placing.find_candidates(placing.read_pairs(x, y), OUTLINE)
    return [candidate.key for candidate in finding.candidates], finding.unambiguous


def test_decimal_degrees_are_found_alone_and_placed_inside() -> None:
    pairs = placing.read_pairs(texts(LNG), texts(LAT))
    finding = placing.find_candidates(pairs, OUTLINE)
    (candidate,) = finding.candidates
    assert finding.unambiguous
    assert (candidate.key, candidate.kind, candidate.inside, candidate.total) == ("4326", "degrees", 200, 200)
    assert (candidate.away_m, len(candidate.sample)) == (0, placing.SAMPLE)
    placed = placing.place(pairs, 4326, OUTLINE)
    assert placed.reason == [""] * 200
    assert np.allclose(placed.lng, LNG, atol=1e-7)
    assert np.allclose(placed.lat, LAT, atol=1e-7)


def test_exchanged_columns_are_offered_as_such() -> None:
    assert found(texts(LAT), texts(LNG)) == (["4326-swapped"], True)


def comma(value: float) -> str:
    return f"{value:.7f}".replace(".", ",")


def dms(value: float, letter: str = "") -> str:
    seconds = round(value * 3600, 2)
    return f"{int(seconds // 3600)}°{int(seconds % 3600 // 60):02d}'{seconds % 60:05.2f}\"{letter}"


def test_commas_and_degrees_with_vietnamese_letters_are_read() -> None:
    assert found([comma(v) for v in LNG], [comma(v) for v in LAT]) == (["4326"], True)
    assert found([dms(v) for v in LNG], [dms(v) for v in LAT]) == (["4326"], True)
    # With letters the row itself says which is which, in whichever column it stands.
    assert found([dms(v, "B") for v in LAT], [dms(v, "Đ") for v in LNG]) == (["4326"], True)


def test_both_in_one_cell_and_addresses_of_google_maps_are_read() -> None:
    assert found([f"{a:.6f}, {b:.6f}" for a, b in zip(LAT, LNG, strict=True)]) == (["4326"], True)
    assert found([f"{b:.6f} {a:.6f}" for a, b in zip(LAT, LNG, strict=True)]) == (["4326-swapped"], True)
    links = [f"https://www.google.com/maps/place/@19.6,105.8,17z/data=!3d{a:.6f}!4d{b:.6f}" for a, b in zip(LAT, LNG, strict=True)]  # fmt: skip  # noqa: E501
    assert found(links) == (["4326"], True)
    assert found([""] * 200, links) == (["4326"], True)


@pytest.mark.parametrize("srid", [s for s in crs.ZONES if s not in (3405, 3406, 5897)])
def test_metres_of_any_zone_are_found_and_neighbours_are_not(srid: int) -> None:
    east, north = crs.from_lonlat(srid, LNG, LAT)
    assert found(texts(east, "{:.2f}"), texts(north, "{:.2f}")) == ([str(srid)], True)
    assert found(texts(north, "{:.2f}"), texts(east, "{:.2f}")) == ([f"{srid}-swapped"], True)


def test_utm_48_and_the_zone_of_thanh_hoa_are_both_offered_and_neither_is_sure() -> None:
    """They lie 657 m apart, so either puts most houses of a commune inside."""
    for true, other in ((5897, "3405"), (3405, "5897")):
        east, north = crs.from_lonlat(true, LNG, LAT)
        pairs = placing.read_pairs(texts(east), texts(north))
        finding = placing.find_candidates(pairs, OUTLINE)
        keys = [candidate.key for candidate in finding.candidates]
        assert keys[0] == str(true)
        assert other in keys
        assert not finding.unambiguous
        assert finding.candidates[0].inside == 200
        wrong = placing.place(pairs, int(other), OUTLINE)
        here = placing.place(pairs, true, OUTLINE)
        moved = crs.distance_m(5897, here.lng, here.lat, wrong.lng, wrong.lat)
        assert np.median(moved) == pytest.approx(657, abs=10)


def test_a_list_from_elsewhere_gets_the_nearest_readings_and_their_distance() -> None:
    finding = placing.find_candidates(placing.read_pairs(texts(LNG + 0.1), texts(LAT)), OUTLINE)
    assert not finding.unambiguous
    assert finding.candidates[0].key == "4326"
    assert finding.candidates[0].inside == 0
    assert 5_000 < finding.candidates[0].away_m < 11_000


ROWS = [
    ("105.81", "19.67", ""),
    ("", "", placing.MISSING),
    ("105.81", " ", placing.MISSING),
    ("19,67", "", placing.MISSING),
    ("105.81", "ở chợ", placing.UNREADABLE),
    ("nan", "19.67", placing.UNREADABLE),
    ("", "https://maps.app.goo.gl/abc", placing.SHORT_LINK),
    ("105.81", "95", placing.OUT_OF_RANGE),
    ("105.81", "1967", placing.OTHER_KIND),
    ("580000", "2190000", placing.OTHER_KIND),
    ("19.67", "105.81", placing.SWAPPED_PAIR),
    ("105.85", "19.67", placing.OUTSIDE),
    ("105°48'36\"Đ", "19°40'12\"B", ""),
    ("19°40'12\"B", "105°48'36\"Đ", ""),
]


def test_every_row_that_does_not_fit_gets_its_reason_and_no_row_is_mended() -> None:
    pairs = placing.read_pairs([row[0] for row in ROWS], [row[1] for row in ROWS])
    placed = placing.place(pairs, 4326, OUTLINE)
    assert placed.reason == [row[2] for row in ROWS]
    for (_, _, reason), lng, metres in zip(ROWS, placed.lng, placed.outside_m, strict=True):
        assert np.isnan(lng) == (reason not in ("", placing.SWAPPED_PAIR, placing.OUTSIDE))
        assert np.isnan(metres) == (reason not in ("", placing.OUTSIDE))
    away = placed.reason.index(placing.OUTSIDE)
    nearest = shapely.distance(crs.to_zone(OUTLINE, 5897), crs.to_zone(shapely.Point(105.85, 19.67), 5897))
    assert placed.outside_m[away] == pytest.approx(nearest, abs=0.01)


def test_one_pair_the_other_way_round_among_metres_is_told_too() -> None:
    east, north = crs.from_lonlat(5897, LNG[:3], LAT[:3])
    x, y = texts(north), texts(east)
    x[1], y[1] = y[1], x[1]
    placed = placing.place(placing.read_pairs(x, y), 5897, OUTLINE, swapped=True)
    assert placed.reason == ["", placing.SWAPPED_PAIR, ""]
    assert placed.lat[1] == pytest.approx(LAT[1], abs=1e-6)


def test_a_few_swapped_rows_do_not_make_a_good_list_doubtful() -> None:
    x, y = texts(LNG), texts(LAT)
    x[5], y[5] = y[5], x[5]
    assert found(x, y) == (["4326", "4326-swapped"], True)


def test_a_system_named_by_somebody_is_assessed_or_refused() -> None:
    pairs = placing.read_pairs(texts(LNG), texts(LAT))
    assert placing.assess(pairs, OUTLINE, 4756).inside > 100
    assert placing.assess(pairs, OUTLINE, 5897).inside == 0
    assert placing.system_of_key("5897-swapped") == (5897, True)
    for key in ("6956", "swapped", "", "5897-turned"):
        with pytest.raises(crs.CrsError):
            placing.system_of_key(key)


def test_a_commune_of_islands_with_a_hole_keeps_its_distances() -> None:
    hole = shapely.box(105.805, 19.66, 105.81, 19.665)
    islands = shapely.MultiPolygon([OUTLINE.difference(hole), shapely.box(105.9, 19.6, 105.91, 19.61)])
    pairs = placing.read_pairs(["105.8075", "105.905", "105.9101"], ["19.6625", "19.605", "19.605"])
    placed = placing.place(pairs, 4326, islands)
    assert placed.reason == [placing.OUTSIDE, "", placing.OUTSIDE]
    assert 200 < placed.outside_m[0] < 300
    assert placed.outside_m[2] == pytest.approx(10.5, abs=0.3)


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_list_and_a_list_of_nothing_find_nothing(count: int) -> None:
    for pairs in (placing.read_pairs([""] * count, [""] * count), placing.read_pairs([""] * count)):
        assert placing.find_candidates(pairs, OUTLINE) == placing.Finding((), unambiguous=False)
        assert placing.place(pairs, 4326, OUTLINE).reason == [placing.MISSING] * count


CELL = (
    st.text(max_size=12) | st.floats().map(str) | st.sampled_from(["105.81", "19.67", "19,67", "580000", "1e300", ""])
)


@given(st.lists(st.tuples(CELL, CELL), max_size=5), st.sampled_from(sorted(crs.SUPPORTED)), st.booleans())
def test_any_cells_are_placed_or_given_a_reason(rows: list[tuple[str, str]], srid: int, swapped: bool) -> None:
    x, y = [row[0] for row in rows], [row[1] for row in rows]
    for pairs in (placing.read_pairs(x, y), placing.read_pairs(x)):
        placing.find_candidates(pairs, OUTLINE)
        placed = placing.place(pairs, srid, OUTLINE, swapped=swapped)
        assert len(placed.reason) == len(rows)
        for reason, lng, lat in zip(placed.reason, placed.lng, placed.lat, strict=True):
            assert reason or shapely.intersects_xy(OUTLINE, lng, lat)
