"""A printer that slips: what is measured on the calibration page, and the sheet that makes up for it."""

import ctypes
import io
from dataclasses import replace

import numpy as np
import pypdf
import pypdfium2
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import raw

from mapping.printing.calibration import Measured, Slip, calibrated, line_distance, slip_of
from mapping.printing.calibration_page import write_calibration_page
from mapping.printing.fonts import Font, Fonts
from mapping.printing.pdf import MM
from mapping.printing.sheet import A4_PLATES, SHEETS, Sheet, one_plate_page
from mapping.printing.sheet_reading import SheetRefused

FONTS = Fonts(Font(settings.FONT_REGULAR), Font(settings.FONT_BOLD))
EVERY_SHEET = [*SHEETS.values(), one_plate_page("small", 60, 40), replace(A4_PLATES, offset_x=1.5, offset_y=-2)]


def page_of(sheet: Sheet) -> bytes:
    out = io.BytesIO()
    write_calibration_page(out, sheet, FONTS)
    return out.getvalue()


def bold_lines(content: bytes) -> list[tuple[float, float, float, float]]:
    """What a person puts the ruler to: lines half a millimetre thick, without their arrows."""
    found = []
    with pypdfium2.PdfDocument(content) as opened:
        for path in opened[0].get_objects([raw.FPDF_PAGEOBJ_PATH]):
            width = ctypes.c_float()
            raw.FPDFPageObj_GetStrokeWidth(path, width)
            if width.value != pytest.approx(0.5):
                continue
            ends = []
            for index in range(raw.FPDFPath_CountSegments(path)):
                x, y = ctypes.c_float(), ctypes.c_float()
                raw.FPDFPathSegment_GetPoint(raw.FPDFPath_GetPathSegment(path, index), x, y)
                ends += [value / MM for value in path.get_matrix().on_point(x.value, y.value)]
            found.append(tuple(ends))
    return found


@pytest.mark.parametrize("sheet", EVERY_SHEET)
def test_the_measuring_lines_lie_where_the_words_say(sheet):
    due = line_distance(sheet)
    lines = bold_lines(page_of(sheet))
    upright = {round(x1, 2) for x1, y1, x2, y2 in lines if abs(x1 - x2) < 0.001 and abs(y1 - y2) > 4}
    level = {round(y1, 2) for x1, y1, x2, y2 in lines if abs(y1 - y2) < 0.001 and abs(x1 - x2) > 4}
    assert {due, round(sheet.page_width - due, 2)} <= upright
    assert {due, round(sheet.page_height - due, 2)} <= level


def test_the_page_says_in_words_what_to_do_and_what_is_right():
    text = " ".join(pypdf.PdfReader(io.BytesIO(page_of(A4_PLATES))).pages[0].extract_text().split())
    for words in (
        "Khổ giấy: a4-2x4",
        "Gấp đôi tờ giấy cho mép trái trùng mép phải",
        "bên TRÁI số 0 là lệch sang PHẢI",
        "Cả bốn số đúng ra là 20 mm",
        "cách nhau 170 mm, trên và dưới 257 mm",
        "Lệch sang phải: .......... mm",
    ):
        assert words in text


def test_the_page_says_which_way_the_cells_are_moved():
    def said(sheet: Sheet) -> str:
        return " ".join(pypdf.PdfReader(io.BytesIO(page_of(sheet))).pages[0].extract_text().split())

    assert "đã bù 1,5 mm sang trái và 2 mm xuống dưới; thước" in said(A4_PLATES.shifted(-1.5, 2))
    assert "đã bù 2 mm lên trên; thước" in said(A4_PLATES.shifted(0, -2))
    assert "các ô, chưa phải bù gì; thước" in said(A4_PLATES)


def test_rulers_stay_where_they_are_and_cells_move_with_the_calibration():
    plain, moved = page_of(A4_PLATES), page_of(A4_PLATES.shifted(1.5, -2))
    assert bold_lines(plain) == bold_lines(moved)
    boxes = []
    for content in (plain, moved):
        with pypdfium2.PdfDocument(content) as opened:
            boxes.append(np.array(next(opened[0].get_objects([raw.FPDF_PAGEOBJ_PATH])).get_bounds()) / MM)
    assert boxes[1] - boxes[0] == pytest.approx([1.5, 2, 1.5, 2], abs=0.01)
    assert page_of(A4_PLATES) == plain


@pytest.mark.parametrize("sheet", EVERY_SHEET)
def test_every_sheet_has_a_page_of_its_size_whose_words_stay_on_it(sheet):
    with pypdfium2.PdfDocument(page_of(sheet)) as opened:
        page = opened[0]
        assert page.get_size() == pytest.approx((sheet.page_width * MM, sheet.page_height * MM), abs=0.1)
        words = page.get_textpage()
        boxes = [words.get_rect(index) for index in range(words.count_rects())]
    assert len(boxes) > 10
    for left, bottom, right, top in boxes:
        assert left >= 0 and bottom >= 0 and right <= sheet.page_width * MM and top <= sheet.page_height * MM


@given(st.floats(-8, 8), st.floats(-8, 8))
def test_a_slip_that_is_measured_and_typed_back_is_made_up_for(right, down):
    sheet = replace(A4_PLATES, margin_left=9, columns=1, rows=3)
    measured = Measured(20 + right, 20 + down, 20 - right, 20 - down)
    slip = slip_of(sheet, measured)
    assert (slip.right, slip.down) == pytest.approx((right, down))
    cell, moved = sheet.cell(0), calibrated(sheet, slip).cell(0)
    assert (moved.x + right, moved.y - down) == pytest.approx((cell.x, cell.y), abs=0.011)


def test_two_edges_are_enough_and_measuring_anew_starts_from_nothing():
    slip = slip_of(A4_PLATES, Measured(left=21.2, top=19.5))
    assert (slip.right, slip.down) == pytest.approx((1.2, -0.5))
    once = calibrated(A4_PLATES, slip)
    assert calibrated(once, slip) == once
    assert (once.offset_x, once.offset_y) == (-1.2, 0.5)
    assert calibrated(once, Slip(0, 0)) == A4_PLATES


def test_a_printer_that_shrinks_the_page_is_found_out():
    with pytest.raises(SheetRefused) as refusal:
        slip_of(A4_PLATES, Measured(left=22.5, right=22.5, top=23.9, bottom=24))
    assert [(one.reason, one.field, one.needed) for one in refusal.value.problems] == [
        ("scaled", "page_width", 170),
        ("scaled", "page_height", 257),
    ]
    assert [one.available for one in refusal.value.problems] == pytest.approx([165, 249.1])
    slip_of(A4_PLATES, Measured(left=20.4, right=20.4, top=20.6, bottom=20.6))  # the eye is not better


@pytest.mark.parametrize(
    ("slip", "reason", "field"),
    [
        (Slip(9, 0), "left", ""),
        (Slip(-9, 0), "width", ""),
        (Slip(0, 14), "top", ""),
        (Slip(0, -14), "height", ""),
        (Slip(15.5, 0), "small", "offset_x"),
        (Slip(0, -15.5), "large", "offset_y"),
        (Slip(float("nan"), 0), "number", "offset_x"),
        (Slip(float("inf"), 0), "small", "offset_x"),
    ],
)
def test_a_calibrated_sheet_still_has_to_fit(slip, reason, field):
    with pytest.raises(SheetRefused) as refusal:
        calibrated(A4_PLATES, slip)
    assert [(one.reason, one.field) for one in refusal.value.problems] == [(reason, field)]
