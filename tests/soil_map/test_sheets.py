"""Map sheets, measured on the rendered page: the scale, the grid, the scale bar, and what the legend adds up to."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapping import crs
from mapping.printing.fonts import Font, Fonts
from soil_map.sheets.drawing import DrawnSheet, write_sheets
from soil_map.sheets.framing import A3, A4, PAPERS, Box, Ground, Paper, framed, lines, scale_for
from soil_map.sheets.ground_drawing import grid_number
from soil_map.sheets.scale_drawing import bar_metres, convergence_deg
from tests.soil_map.sheet_maker import SRID, grid, map_sheet

NOTO = "/usr/share/fonts/truetype/noto/NotoSans-"
DPI = 300
MM = DPI / 25.4
RED = (1.0, 0.0, 0.0)


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(Font(f"{NOTO}Regular.ttf"), Font(f"{NOTO}Bold.ttf"))


def drawn(sheet: Any, paper: Paper, fonts: Fonts) -> tuple[bytes, DrawnSheet]:
    out = io.BytesIO()
    (page,) = write_sheets(out, [sheet], paper, fonts, title="Thử")
    return out.getvalue(), page


def pixels(file: bytes) -> np.ndarray:
    """The page as (rows, columns, 3) at 300 dpi, row 0 on top."""
    document = pdfium.PdfDocument(file)
    try:
        page = document[0]
        bitmap = page.render(scale=DPI / 72)
        picture = bitmap.to_numpy()[:, :, 2::-1].astype(int).copy()
        bitmap.close()
        page.close()
        return picture
    finally:
        document.close()


def text_of(file: bytes) -> str:
    document = pdfium.PdfDocument(file)
    try:
        page = document[0]
        texts = page.get_textpage()
        found: str = texts.get_text_range()
        texts.close()
        page.close()
        return found
    finally:
        document.close()


@pytest.mark.parametrize("paper", [A4, A3])
def test_the_ground_on_paper_times_the_scale_is_what_pyproj_measures(paper: Paper, fonts: Fonts) -> None:
    """A red square whose corners are given in degrees, found on the rendered page, beside lines of the grid."""
    corners = crs.to_lonlat(SRID, [576_000, 577_500], [2_187_500, 2_189_000])
    x, y = crs.from_lonlat(SRID, *corners)
    square = shapely.box(x[0], y[0], x[1], y[1])
    plain = map_sheet()
    red = dataclasses.replace(plain.classes[0], mark="", colour=RED, outline=shapely.MultiPolygon([square]))
    sheet = dataclasses.replace(
        plain,
        classes=(red,),
        points=(),
        villages=(),
        inset=None,
        outline=shapely.box(575_000, 2_187_000, 579_500, 2_190_000),
    )
    file, page = drawn(sheet, paper, fonts)
    picture = pixels(file)
    frame = page.layout.map
    inner = frame.within(1)
    is_red = (picture[:, :, 0] > 200) & (picture[:, :, 1] < 80) & (picture[:, :, 2] < 80)
    rows, columns = np.nonzero(is_red & mask(picture.shape, page.layout.height, inner))
    left, right = columns.min() / MM, (columns.max() + 1) / MM
    top, bottom = page.layout.height - rows.min() / MM, page.layout.height - (rows.max() + 1) / MM
    millimetre = page.ground.scale / 1000
    assert (right - left) * millimetre == pytest.approx(1500, abs=0.25 * millimetre)
    assert (top - bottom) * millimetre == pytest.approx(1500, abs=0.25 * millimetre)
    # From the square, whose place pyproj gave, every line of the grid lies where its number says.
    found = [line / MM for line in grid_columns(picture, page)]
    assert len(found) == len(lines(page.ground.bounds[0], page.ground.bounds[2], page.interval))
    for easting, at in zip(lines(page.ground.bounds[0], page.ground.bounds[2], page.interval), found, strict=True):
        assert (at - left) * millimetre == pytest.approx(easting - 576_000, abs=0.25 * millimetre)


def mask(shape: tuple[int, ...], height: float, box: Box) -> np.ndarray:
    found = np.zeros(shape[:2], dtype=bool)
    found[
        round((height - box.top) * MM) : round((height - box.bottom) * MM), round(box.left * MM) : round(box.right * MM)
    ] = True
    return found


def grid_columns(picture: np.ndarray, page: DrawnSheet) -> list[float]:
    """Middles of the blue lines that cross a strip along the frame's lower edge, where there is nothing else."""
    frame = page.layout.map
    bottom = round((page.layout.height - frame.bottom) * MM)
    strip = picture[bottom - round(2.5 * MM) : bottom - round(1.0 * MM), round((frame.left + 0.5) * MM) :]
    strip = strip[:, : round((frame.width - 1) * MM)]
    is_line = (strip[:, :, 0] < 235).mean(axis=0) > 0.9
    edges = np.flatnonzero(np.diff(np.concatenate([[0], is_line.astype(int), [0]])))
    starts, ends = edges[::2], edges[1::2]
    return [float((start + end) / 2 + round((frame.left + 0.5) * MM)) for start, end in zip(starts, ends, strict=True)]


@pytest.mark.parametrize("paper", [A4, A3])
def test_the_scale_bar_is_as_long_as_it_says(paper: Paper, fonts: Fonts) -> None:
    file, page = drawn(map_sheet(), paper, fonts)
    picture = pixels(file)
    column = page.layout.columns[0]
    grow = page.layout.grow
    # The bar lies 11.6 mm below the line over the scale, 33 mm above the column's lower edge, times the page's size.
    middle = column.bottom + (33 - 11.6 + 1.7 / 4) * grow
    row = picture[round((page.layout.height - middle) * MM), round(column.left * MM) : round(column.right * MM)]
    dark = np.flatnonzero(row.max(axis=1) < 120)
    runs = np.split(dark, np.flatnonzero(np.diff(dark) > 1) + 1)
    longest = [run for run in runs if len(run) > 2 * MM]
    assert len(longest) == 2  # the first and the third part are black
    millimetres = (longest[1][0] - longest[0][0]) / MM / 2
    told = bar_metres(page.ground.scale, column.width - 14 * grow - 6 * grow)
    assert millimetres * page.ground.scale / 1000 == pytest.approx(told, rel=0.01)
    four = told * 4
    assert (f"{four} m" if four < 1000 else f"{four // 1000}.{four % 1000:03d} m" if four < 2000 else "km") in text_of(
        file
    )


def test_the_page_says_what_a_reader_must_know(fonts: Fonts) -> None:
    sheet = map_sheet(stamps=("SỐ LIỆU GIẢ LẬP",))
    file, page = drawn(sheet, A3, fonts)
    text = text_of(file)
    for part in (
        "BẢN ĐỒ ĐỘ CHUA pH CỦA ĐẤT", "Xã Thử, tỉnh Thanh Hóa", "SỐ LIỆU GIẢ LẬP", "CHÚ DẪN", "rất chua", "từ 7",
        "Diện tích điều tra", "ĐỘ KHÔNG CHẮC CHẮN", "Nguồn", "EPSG:5897", "Bắc lưới", "27/11/2026", "Thôn Xa Thư",
    ):  # fmt: skip
        assert part in text, part
    assert f"Tỷ lệ 1:{page.ground.scale:,}".replace(",", ".") in text
    for easting in lines(page.ground.bounds[0], page.ground.bounds[2], page.interval)[1:3]:
        assert grid_number(easting).replace("\u00a0", " ") in text.replace("\u00a0", " ")
    assert len(file) < 5_000_000


def test_the_legend_adds_up_to_the_surveyed_area(fonts: Fonts) -> None:
    sheet = map_sheet()
    text = text_of(drawn(sheet, A4, fonts)[0])
    whole = sum(one.area_m2 for one in sheet.classes) / 10_000
    assert f"{whole:,.1f}".translate(str.maketrans(",.", ".,")) in text
    assert "100,0" in text


def test_the_same_sheet_is_the_same_file(fonts: Fonts) -> None:
    assert drawn(map_sheet(), A4, fonts)[0] == drawn(map_sheet(), A4, fonts)[0]


def test_a_narrow_commune_stands_upright(fonts: Fonts) -> None:
    wide, narrow = drawn(map_sheet(), A4, fonts)[1], drawn(map_sheet(grid(30, 120)), A4, fonts)[1]
    assert (wide.layout.width, narrow.layout.width) == (297, 210)
    assert narrow.ground.bounds[1] < map_sheet(grid(30, 120)).bounds[1]


def test_points_alone_are_counted_by_class(fonts: Fonts) -> None:
    plain = map_sheet()
    classes = tuple(dataclasses.replace(one, outline=None, count=place * 3) for place, one in enumerate(plain.classes))
    text = text_of(drawn(dataclasses.replace(plain, classes=classes, inset=None), A4, fonts)[0])
    assert "Tổng số điểm" in text
    assert "18" in text


def test_many_kinds_of_soil_and_long_names_stay_on_the_page(fonts: Fonts) -> None:
    plain = map_sheet()
    west, south, east, north = plain.classes[1].outline.bounds if plain.classes[1].outline else (0, 0, 1, 1)
    strips = [
        shapely.box(west + (east - west) * place / 40, south, west + (east - west) * (place + 1) / 40, north)
        for place in range(40)
    ]
    kinds = tuple(
        dataclasses.replace(
            plain.classes[1], mark=f"Pg{place}", label=f"Đất phù sa glây có tầng loang lổ thứ {place}", limits="",
            outline=strip, area_m2=strip.area,
        )
        for place, strip in enumerate(strips)
    )  # fmt: skip
    sheet = dataclasses.replace(plain, classes=kinds, inset=None, title="BẢN ĐỒ ĐẤT " * 12)
    for paper in PAPERS.values():
        file, page = drawn(sheet, paper, fonts)
        assert "Pg39" in text_of(file)
        assert is_white_outside(pixels(file), page)


def is_white_outside(picture: np.ndarray, page: DrawnSheet) -> bool:
    outside = ~mask(picture.shape, page.layout.height, page.layout.outer.within(-1))
    return bool((picture[outside] == 255).all())


@given(least=st.floats(1, 3_000_000))
def test_scales_are_round_and_waste_less_than_half(least: float) -> None:
    scale = scale_for(least)
    assert least <= scale * (1 + 1e-9)
    assert scale == 500 or scale < least * 1.51
    assert f"{scale}".rstrip("0") in {"1", "15", "2", "25", "3", "4", "5", "75"}


@given(
    width=st.floats(50, 60_000), height=st.floats(50, 60_000), paper=st.sampled_from([A4, A3]), west=st.floats(4e5, 6e5)
)
def test_all_of_the_ground_is_within_the_frame(width: float, height: float, paper: Paper, west: float) -> None:
    _layout, ground = framed(paper, (west, 2_100_000, west + width, 2_100_000 + height))
    left, bottom, right, top = ground.bounds
    assert left <= west and west + width <= right and bottom <= 2_100_000 and 2_100_000 + height <= top


def test_true_north_leans_to_the_meridian() -> None:
    """East of it to the west: by difference of longitude times the sine of the latitude."""
    ground = Ground(Box(0, 0, 100, 100), 10_000, *(float(one[0]) for one in crs.from_lonlat(SRID, [105.75], [19.8])))
    assert convergence_deg(ground, SRID) == pytest.approx(0.75 * np.sin(np.radians(19.8)), abs=0.002)
    west = Ground(Box(0, 0, 100, 100), 10_000, *(float(one[0]) for one in crs.from_lonlat(SRID, [104.25], [19.8])))
    assert convergence_deg(west, SRID) < 0


def test_an_uncertainty_that_is_the_same_everywhere_is_one_band(fonts: Fonts) -> None:
    plain = map_sheet()
    assert plain.inset is not None
    flat = dataclasses.replace(plain.inset, values=np.full_like(plain.inset.values, 0.31))
    assert "0,31–0,31" in text_of(drawn(dataclasses.replace(plain, inset=flat), A4, fonts)[0])


def test_progress_is_told_for_each_page(fonts: Fonts) -> None:
    told: list[tuple[int, int]] = []
    write_sheets(
        io.BytesIO(), [map_sheet(), map_sheet()], A4, fonts, title="Thử", total=2,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert told == [(1, 2), (2, 2)]
