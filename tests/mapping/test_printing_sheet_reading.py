"""Sheet profiles as JSON: what is read is what was written, and what cannot be is refused with its numbers."""

import json
import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.printing.sheet import A4_PLATES, SHEETS, Sheet, SheetDoesNotFit
from mapping.printing.sheet_reading import (
    FIELDS,
    LARGEST_PAGE_MM,
    REQUIRED,
    SheetRefused,
    read_sheet,
    read_text,
    to_json,
    to_text,
)


def problems(values: object) -> list[tuple[str, str]]:
    with pytest.raises(SheetRefused) as refusal:
        read_sheet("own", values)
    return [(problem.reason, problem.field) for problem in refusal.value.problems]


def millimetres(least: float, most: float) -> st.SearchStrategy[float]:
    return st.one_of(
        st.integers(math.ceil(least), math.floor(most)), st.floats(least, most, allow_nan=False).map(lambda v: v + 0.0)
    )


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """Any sheet that can be: a page made around its cells."""
    columns, rows = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    width, height = draw(millimetres(1, 100)), draw(millimetres(1, 100))
    bleed, offset_x, offset_y = draw(millimetres(0, 5)), draw(millimetres(-15, 15)), draw(millimetres(-15, 15))
    gutter_x, gutter_y = 2 * bleed + draw(millimetres(0, 5)), 2 * bleed + draw(millimetres(0, 5))
    left, top = draw(millimetres(20, 40)), draw(millimetres(20, 40))
    return Sheet(
        name="own",
        page_width=left + columns * (width + gutter_x) + 40,
        page_height=top + rows * (height + gutter_y) + 40,
        columns=columns,
        rows=rows,
        cell_width=width,
        cell_height=height,
        margin_left=left,
        margin_top=top,
        gutter_x=gutter_x,
        gutter_y=gutter_y,
        bleed=bleed,
        mark_gap=draw(millimetres(0, 5)),
        mark_length=draw(millimetres(0, 10)),
        offset_x=offset_x,
        offset_y=offset_y,
    )


@given(sheets())
def test_what_is_written_is_read_back_to_the_last_bit(sheet):
    assert read_text("own", to_text(sheet)) == sheet
    assert read_sheet("own", json.loads(json.dumps(to_json(sheet)))) == sheet


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*FIELDS, "x"]), inner),
        max_leaves=20,
    )
)
def test_whatever_stands_in_a_profile_is_read_or_refused(values):
    try:
        assert isinstance(read_text("own", json.dumps(values)), Sheet)
    except SheetRefused as refusal:
        assert refusal.problems


@given(st.fixed_dictionaries({field: st.floats(-10, 3000) | st.integers(-10, 600) for field in FIELDS}))
def test_numbers_that_can_be_read_make_a_sheet_whose_cells_lie_on_the_page(values):
    values["columns"], values["rows"] = int(values["columns"]) % 30, int(values["rows"]) % 30
    try:
        sheet = read_sheet("own", values)
    except SheetRefused:
        return
    for cell in (sheet.bleed_cell(0), sheet.bleed_cell(sheet.cells - 1)):
        assert cell.x >= -0.011 and cell.y >= -0.011
        assert cell.x + cell.width <= sheet.page_width + 0.011
        assert cell.y + cell.height <= sheet.page_height + 0.011


@pytest.mark.parametrize("name", SHEETS)
def test_a_shipped_profile_is_one_that_an_official_could_have_written(name):
    assert read_sheet(name, to_json(SHEETS[name])) == SHEETS[name]


def test_fields_with_a_usual_value_may_be_left_out_and_no_others():
    values = {field: value for field, value in to_json(A4_PLATES).items() if field in REQUIRED}
    assert read_sheet("own", values) == replace(A4_PLATES, name="own", gutter_x=0, gutter_y=0)
    assert problems({}) == [("missing", field) for field in REQUIRED]
    assert REQUIRED[:4] == ("page_width", "page_height", "columns", "rows") and len(REQUIRED) == 8
    assert set(FIELDS) == {field.name for field in fields(Sheet)} - {"name"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"page_widht": 210}, [("unknown", "page_widht")]),
        ({"rows": 4.5}, [("whole", "rows")]),
        ({"rows": 0}, [("small", "rows")]),
        ({"rows": True}, [("number", "rows")]),
        ({"cell_width": "95"}, [("number", "cell_width")]),
        ({"cell_width": None, "bleed": []}, [("number", "cell_width"), ("number", "bleed")]),
        ({"cell_width": float("nan")}, [("number", "cell_width")]),
        ({"page_height": float("inf")}, [("large", "page_height")]),
        ({"page_height": 10**400}, [("large", "page_height")]),
        ({"gutter_x": -1}, [("small", "gutter_x")]),
        ({"offset_x": 15.5}, [("large", "offset_x")]),
        ({"columns": 30, "rows": 30}, [("cells", "")]),
        ({"rows": 5, "cell_width": 100}, [("width", ""), ("height", "")]),
        ({"bleed": 3}, [("gutter_x", ""), ("gutter_y", "")]),
        ({"bleed": 9, "gutter_x": 18, "gutter_y": 18}, [("left", ""), ("height", "")]),
    ],
)
def test_everything_that_is_wrong_is_told_at_once(change, expected):
    assert problems(to_json(A4_PLATES) | change) == expected


@pytest.mark.parametrize("values", [None, [], "a4", 3])
def test_a_profile_is_an_object(values):
    assert problems(values) == [("object", "")]


def test_a_slip_of_the_pen_is_told_by_line_and_column():
    with pytest.raises(SheetRefused) as refusal:
        read_text("own", '{\n  "page_width": 210,\n  "page_height" 297\n}')
    (problem,) = refusal.value.problems
    assert (problem.reason, problem.line, problem.column) == ("syntax", 3, 17)


@pytest.mark.parametrize("text", ["", "[" * 100_000, '{"page_width": ' + "9" * 5000 + "}", "\ud800"])
def test_a_text_that_is_no_profile_at_all_is_refused(text):
    with pytest.raises(SheetRefused):
        read_text("own", text)


def test_the_sheet_itself_says_all_that_does_not_fit():
    with pytest.raises(SheetDoesNotFit) as refusal:
        replace(A4_PLATES, cell_width=LARGEST_PAGE_MM, cell_height=70)
    assert [(one.reason, one.needed, one.available) for one in refusal.value.all] == [
        ("width", 8 + 2 * LARGEST_PAGE_MM + 4, 210),
        ("height", 12.5 + 4 * 70 + 3 * 4, 297),
    ]
