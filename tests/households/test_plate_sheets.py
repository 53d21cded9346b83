"""Where plates and marks lie in the file that is printed, read back from it to a hundredth of a millimetre."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator
from dataclasses import replace

import pypdf
import pypdfium2
import pytest
from pypdfium2 import raw

from households.plates.shipped import CUSTOMARY, shipped_designs
from mapping.printing.pdf import MM
from mapping.printing.sheet import A4_PLATES, SHEETS, Line
from tests.households.plate_faces import face, printed

Rectangle = tuple[float, float, float, float]

BLED = {"bleed": 2.5, "gutter_x": 8, "gutter_y": 6, "offset_x": 1, "offset_y": -1.5}
WITH_BLEED = replace(A4_PLATES, name="bleed", cell_width=90, margin_left=10, **BLED)
EVERY_SHEET = [*SHEETS.values(), WITH_BLEED]


def plates_on(content: bytes, page: int) -> list[Rectangle]:
    """What each plate of a page covers, millimetres; the first artwork of a page are the marks."""
    with pypdfium2.PdfDocument(content) as opened:
        _, *plates = opened[page].get_objects([raw.FPDF_PAGEOBJ_FORM], max_depth=1)
        return [tuple(value / MM for value in plate.get_bounds()) for plate in plates]


def marks_on(content: bytes) -> list[Line]:
    """The marks for cutting on the first page, millimetres."""
    with pypdfium2.PdfDocument(content) as opened:
        artwork = next(opened[0].get_objects([raw.FPDF_PAGEOBJ_FORM], max_depth=1))
        paths = list(opened[0].get_objects([raw.FPDF_PAGEOBJ_PATH], form=artwork, max_depth=1))
        return [line for path in paths for line in lines_of(path)]


def lines_of(path: pypdfium2.PdfObject) -> Iterator[Line]:
    matrix, points = path.get_matrix(), []
    for index in range(raw.FPDFPath_CountSegments(path)):
        x, y = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(raw.FPDFPath_GetPathSegment(path, index), x, y)
        points.append(tuple(value / MM for value in matrix.on_point(x.value, y.value)))
    for (x1, y1), (x2, y2) in zip(points[::2], points[1::2], strict=True):
        yield Line(x1, y1, x2, y2)


@pytest.mark.parametrize("sheet", EVERY_SHEET, ids=lambda sheet: sheet.name)
def test_plates_fill_their_cells_and_bleed_to_a_hundredth_of_a_millimetre(sheet):
    content = printed((face(index) for index in range(sheet.cells + 1)), shipped_designs()[CUSTOMARY], sheet)
    found = plates_on(content, 0)
    assert len(found) == sheet.cells
    for index, (left, bottom, right, top) in enumerate(found):
        row, column = divmod(index, sheet.columns)
        x = sheet.margin_left + sheet.offset_x + column * (sheet.cell_width + sheet.gutter_x)
        y = sheet.margin_top + sheet.offset_y + row * (sheet.cell_height + sheet.gutter_y)
        assert left == pytest.approx(x - sheet.bleed, abs=0.01)
        assert right == pytest.approx(x + sheet.cell_width + sheet.bleed, abs=0.01)
        assert sheet.page_height - top == pytest.approx(y - sheet.bleed, abs=0.01)
        assert sheet.page_height - bottom == pytest.approx(y + sheet.cell_height + sheet.bleed, abs=0.01)
    assert plates_on(content, 1) == [pytest.approx(found[0])]


@pytest.mark.parametrize("sheet", EVERY_SHEET, ids=lambda sheet: sheet.name)
def test_marks_point_at_the_edges_of_cells_from_outside_the_bleed(sheet):
    content = printed([face(0)], shipped_designs()[CUSTOMARY], sheet)
    marks = marks_on(content)
    assert len(marks) == (4 * (sheet.columns + sheet.rows) if sheet.mark_length else 0)  # labels are cut already
    cells = [sheet.cell(index) for index in range(sheet.cells)]
    across = {round(x, 2) for cell in cells for x in (cell.x, cell.x + cell.width)}
    up = {round(y, 2) for cell in cells for y in (cell.y, cell.y + cell.height)}
    bleeds = [sheet.bleed_cell(index) for index in range(sheet.cells)]
    for mark in marks:
        if mark.x1 == pytest.approx(mark.x2, abs=0.001):
            assert min(abs(mark.x1 - x) for x in across) <= 0.01
        else:
            assert mark.y1 == pytest.approx(mark.y2, abs=0.001)
            assert min(abs(mark.y1 - y) for y in up) <= 0.01
        (left, right), (low, high) = sorted((mark.x1, mark.x2)), sorted((mark.y1, mark.y2))
        for box in bleeds:
            outside = max(box.x - right, left - box.x - box.width, box.y - high, low - box.y - box.height)
            assert outside >= sheet.mark_gap - 0.01


@pytest.mark.parametrize("sheet", EVERY_SHEET, ids=lambda sheet: sheet.name)
def test_pages_are_as_large_as_their_profile_and_say_where_a_factory_trims(sheet):
    page = pypdf.PdfReader(io.BytesIO(printed([face(0)], shipped_designs()[CUSTOMARY], sheet))).pages[0]
    assert [float(v) / MM for v in page.mediabox] == pytest.approx(
        [0, 0, sheet.page_width, sheet.page_height], abs=0.01
    )
    if sheet.cells > 1:
        assert "/TrimBox" not in page
        return
    cell, bleed = sheet.cell(0), sheet.bleed_cell(0)
    for box, where in ((page.trimbox, cell), (page.bleedbox, bleed)):
        edges = [where.x, where.y, where.x + where.width, where.y + where.height]
        assert [float(value) / MM for value in box] == pytest.approx(edges, abs=0.01)


def test_used_cells_stay_empty_and_copies_follow_one_another():
    content = printed([face(0), face(1)], shipped_designs()[CUSTOMARY], A4_PLATES, skip=6, copies=3)
    assert [len(plates_on(content, page)) for page in range(2)] == [2, 4]
    assert plates_on(content, 0)[0][0] == pytest.approx(A4_PLATES.cell(6).x, abs=0.01)
    text = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    assert [page.count("7K3M 9QXT 2W00") for page in text] == [2, 1]
    assert [page.count("7K3M 9QXT 2W01") for page in text] == [0, 3]
