"""Figures as laboratories type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.tables import NumberText
from soil_map.importing.laboratory.marks import Marks
from soil_map.importing.values import Figure, FigureWrong, check_range, read_figure


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7,1", 7.1),
        ("7.1", 7.1),
        (" 12 ", 12.0),
        ("+3", 3.0),
        ("0", 0.0),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234.567", 1234567.0),
        ("1.234", 1.234),  # one mark parts decimals: a laboratory writes no thousands of its own
        ("1,234", 1.234),
    ],
)
def test_numbers_are_read_with_comma_or_point(text: str, number: float) -> None:
    assert read_figure(text) == Figure(text.strip(), number)


@pytest.mark.parametrize("text", ["", " ", "-", "—", "/"])
def test_an_empty_cell_is_no_figure(text: str) -> None:
    assert read_figure(text) is None


@pytest.mark.parametrize("text", ["<0,05", "< 0.05", "≤ 0,05"])
def test_below_a_limit_is_half_of_it_and_says_so(text: str) -> None:
    figure = read_figure(text)
    assert figure is not None and figure.is_below_detection
    assert (figure.number, figure.limit) == (pytest.approx(0.025), pytest.approx(0.05))


@pytest.mark.parametrize("text", ["vết", "Vết", "KPH", "kph", "n.d.", "ND", "tr.", "không phát hiện", "trace"])
def test_traces_want_the_limit_of_their_column(text: str) -> None:
    with pytest.raises(FigureWrong) as refused:
        read_figure(text)
    assert refused.value.code == "limit"
    assert read_figure(text, detection_limit=0.1) == Figure(text, 0.05, 0.1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-3", "negative"),
        ("<-1", "negative"),
        (">50", "above"),
        ("bảy", "text"),
        ("1,2,3", "text"),
        ("1.2,3.4", "text"),
        ("7,1±0,2", "spread"),
        ("5,2 ± 0,1", "spread"),
        ("−0,5", "negative"),
        ("1 250", "spaced"),
        ("KPH (0,05)", "text"),
        ("1e5", "text"),
        ("<", "text"),
        ("=7", "text"),
        ("12.34,5", "text"),
    ],
)
def test_what_is_no_figure_is_named(text: str, code: str) -> None:
    with pytest.raises(FigureWrong) as refused:
        read_figure(text)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["KPH (<0,05)", "KPH <0,05", "vết (< 0.05)", "ND [<=0,05]"])
def test_traces_with_their_limit_are_below_it(text: str) -> None:
    figure = read_figure(text)
    assert figure is not None and (figure.number, figure.limit) == (pytest.approx(0.025), pytest.approx(0.05))


@pytest.mark.parametrize(("text", "would_be"), [("5,2 ± 0,1", 5.2), ("1 250", 1250), ("1 250,5", 1250.5)])
def test_what_is_nearly_a_figure_says_which(text: str, would_be: float) -> None:
    with pytest.raises(FigureWrong) as refused:
        read_figure(text)
    assert refused.value.would_be == would_be


P_MG_KG = (0.0, 2182.0)
"""What the range of available phosphorus is in mg/kg of P."""


@pytest.mark.parametrize(
    ("cells", "possible", "doubts"),
    [
        (["88", "1.250", "92,5"], P_MG_KG, {"1.250"}),
        (["88", "1,250"], P_MG_KG, {"1,250"}),
        (["1.250", "1.310"], P_MG_KG, {"1.250", "1.310"}),
        (["0,125", "1,250"], P_MG_KG, set()),  # the column has three decimals
        (["1.250", "8.500"], P_MG_KG, set()),  # no soil has 8500
        (["5,1", "5,125"], (2, 11), set()),
        (["850", "4.500", "930"], P_MG_KG, {"4.500"}),  # thousands are nearer, though too many
        ([NumberText("1.125"), "88"], P_MG_KG, set()),
        (["0,12", "<0,05", "vết", "xấu"], P_MG_KG, set()),
    ],
)
def test_one_mark_before_three_digits_is_doubted_where_both_may_be(
    cells: list[str], possible: tuple[float, float], doubts: set[str]
) -> None:
    marks = Marks()
    for cell in cells:
        marks.look_at(cell)
    assert marks.doubts(possible) == doubts


@pytest.mark.parametrize(
    ("cells", "possible", "settled"),
    [
        (["5,1", "5,125"], (2, 11), {"5,125"}),  # no pH is 5125, and nothing else in the column has three decimals
        (["5,125", "5,250"], (2, 11), set()),  # three decimals throughout
        (["5,1", "5,125", "0,125"], (2, 11), set()),
        (["88", "1.250", "92,5"], P_MG_KG, set()),  # in doubt, and so refused
    ],
)
def test_what_is_read_as_decimals_since_it_can_be_nothing_else_is_named(
    cells: list[str], possible: tuple[float, float], settled: set[str]
) -> None:
    marks = Marks()
    for cell in cells:
        marks.look_at(cell)
    assert marks.settled(possible) == settled


def test_a_lost_comma_is_suspected_and_not_mended_silently() -> None:
    figure = read_figure("71")
    assert figure is not None
    with pytest.raises(FigureWrong) as refused:
        check_range(figure, 71, 2, 11)
    assert (refused.value.code, refused.value.would_be) == ("high", pytest.approx(7.1))
    with pytest.raises(FigureWrong) as refused:
        check_range(figure, 1.0, 2, 11)
    assert refused.value.code == "low"
    check_range(figure, 7.1, 2, 11)


@given(st.decimals(0, 100_000, places=3, allow_nan=False))
def test_every_decimal_comes_back(number: object) -> None:
    for text in (str(number), str(number).replace(".", ",")):
        figure = read_figure(text)
        assert figure is not None and figure.number == pytest.approx(float(str(number)))


@given(st.text(max_size=30))
def test_any_text_is_a_figure_or_is_refused(text: str) -> None:
    try:
        figure = read_figure(text)
    except FigureWrong:
        return
    assert figure is None or figure.number >= 0
