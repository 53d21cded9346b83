"""House numbers as they are written."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.numbering import written
from tests.households.numbering.making import texts


@pytest.mark.parametrize(
    ("text", "alley", "group", "number", "suffix"),
    [
        ("12", "", "", 12, ""),
        ("  số 12 ", "", "", 12, ""),
        ("Số nhà 7", "", "", 7, ""),
        ("012", "", "", 12, ""),
        ("20a", "", "", 20, "A"),
        ("20-1", "", "", 20, "-1"),
        ("20AB", "", "", 20, "AB"),
        ("12/5", "12", "", 5, ""),
        ("12 / 5", "12", "", 5, ""),
        ("012a/05", "12A", "", 5, ""),
        ("12A/5/3B", "12A/5", "", 3, "B"),
        ("A5", "", "A", 5, ""),
        ("Đ5", "", "Đ", 5, ""),
        ("D\u031b5", None, "", 0, ""),  # a letter with a horn that no group has
        ("12/A5", "12", "A", 5, ""),
        ("gần chợ", None, "", 0, ""),
        ("", None, "", 0, ""),
        ("0", None, "", 0, ""),
        ("12/", None, "", 0, ""),
        ("/5", None, "", 0, ""),
        ("12//5", None, "", 0, ""),
        ("20-0", None, "", 0, ""),
        ("12 hay 14", None, "", 0, ""),
        ("123456", None, "", 0, ""),
        ("٣", None, "", 0, ""),
    ],
)
def test_what_is_read(text: str, alley: str | None, group: str, number: int, suffix: str) -> None:
    it = written.parse(text)
    if alley is None:
        assert it is None
    else:
        assert it is not None
        assert (it.alley, it.group, it.number, written.suffix_text(it.suffix)) == (alley, group, number, suffix)


@given(st.integers(1, 99_999), st.integers(0, 700), st.booleans())
def test_what_is_written_is_read_again(number: int, rank: int, dash: bool) -> None:
    code = written.suffix(rank, dash=dash) if rank else written.NO_SUFFIX
    it = written.parse(written.own_text(number, code))
    assert it is not None
    assert (it.number, it.suffix) == (number, code)


def test_suffixes_follow_each_other_without_those_that_mislead() -> None:
    code, letters = written.NO_SUFFIX, []
    for _ in range(26):
        code = written.next_suffix(code, "letter")
        letters.append(written.suffix_text(code))
    assert letters == [*"ABCDEFGHJKLMNPQRSTUVWXYZ", "AA", "AB"]
    assert [written.suffix_text(written.next_suffix(rank * 2, "dash")) for rank in (0, 1, 9)] == ["-1", "-2", "-10"]


def test_many_are_read_at_once_and_only_those_wanted() -> None:
    read = written.read(texts(["12/5", "gần chợ", "7A", "9"]), np.array([True, True, True, False]))
    assert read.number.tolist() == [5, 0, 7, 0]
    assert read.alley.tolist() == ["12", "", "", ""]
    assert written.plain_texts(read, np.array([0, 2])) == ["12/5", "7A"]


@given(st.integers(1, 9_999), st.integers(0, 2_200), st.sampled_from(("letter", "dash")), st.integers(0, 1_500))
def test_whatever_suffix_is_given_is_read_again(number: int, code: int, style: written.Style, steps: int) -> None:
    for given_number, suffix in itertools.islice(written.later(number, code, style), steps, steps + 40):
        it = written.parse(text := written.own_text(given_number, suffix))
        assert it is not None, text
        assert (it.number, it.suffix) == (given_number, suffix)


@pytest.mark.parametrize("style", ["letter", "dash"])
def test_suffixes_never_run_out_and_none_comes_twice_before_the_next_number(style: written.Style) -> None:
    given = [written.own_text(*one) for one in itertools.islice(written.later(20, 0, style), 1_200)]
    assert given[0] == {"letter": "20A", "dash": "20-1"}[style] and "22" in given
    under_20 = [text for text in given if text.startswith("20")]
    assert {"letter": "20ZZ", "dash": "20-999"}[style] in under_20 and len(set(under_20)) >= 600
