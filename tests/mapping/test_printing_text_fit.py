"""Text in boxes: it shrinks, wraps and condenses, and never runs over."""

import unicodedata

from django.conf import settings as django_settings
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mapping.printing.fonts import Font
from mapping.printing.text_fit import ELLIPSIS, Limits, fit

FONT = Font(django_settings.FONT_BOLD)
LIMITS = Limits(largest=12, smallest=6, comfortable=9, lines=2, leading=1.25)


def width(fitted) -> float:
    return max(FONT.measure(line) * fitted.size * fitted.stretch for line in fitted.lines)


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(alphabet="aWiđỄữ –/1234567", max_size=120) | st.text(max_size=60),
    room=st.floats(3, 300),
    height=st.floats(2, 40),
    lines=st.integers(1, 4),
)
@example(text="W" * 500, room=3, height=2, lines=1)
@example(text="", room=3, height=2, lines=2)
@example(text="Thôn Nguyễn Thị Minh Khai – Phố Trần Hưng Đạo kéo dài", room=123.6, height=40, lines=2)
def test_no_text_is_wider_or_higher_than_its_box(text, room, height, lines):
    limits = Limits(largest=12, smallest=6, comfortable=9, lines=lines, leading=1.25, breaks="/")
    fitted = fit(text, FONT.measure, room, height, limits)
    assert width(fitted) <= room * 1.000001
    assert fitted.height <= height * 1.000001
    assert 1 <= len(fitted.lines) <= lines
    assert limits.narrowest * 0.999999 <= fitted.stretch <= 1


@given(text=st.text(alphabet="Nguyễn Hạ 12", min_size=1, max_size=40))
def test_all_words_are_kept_in_order_while_there_is_room(text):
    fitted = fit(text, FONT.measure, 300, 40, LIMITS)
    assert " ".join(fitted.lines).split() == text.split()


def test_a_short_name_takes_the_largest_size_and_a_longer_one_shrinks_before_it_wraps():
    assert fit("Thôn Hạ", FONT.measure, 120, 40, LIMITS).size == 12
    longer = fit("Ngõ 3 đường Lê Lợi nối dài", FONT.measure, 140, 40, LIMITS)
    assert len(longer.lines) == 1 and LIMITS.comfortable <= longer.size < 12


def test_a_long_name_wraps_into_balanced_lines():
    fitted = fit("Ngõ 128/45/3 đường Nguyễn Văn Trỗi", FONT.measure, 124, 40, LIMITS)
    assert fitted.lines == ("Ngõ 128/45/3 đường", "Nguyễn Văn Trỗi")


def test_a_house_number_breaks_after_a_slash():
    limits = Limits(largest=60, smallest=12, comfortable=30, lines=2, leading=1, breaks="/")
    assert fit("1234/56/78A", FONT.measure, 124, 58, limits).lines == ("1234/", "56/78A")


def test_what_cannot_be_condensed_further_ends_in_an_ellipsis():
    fitted = fit("Đường " + "Nguyễn" * 20, FONT.measure, 60, 9, Limits(12, 6, 9))
    assert fitted.lines[0].startswith("Đường Ng") and fitted.lines[0].endswith(ELLIPSIS)


def test_decomposed_letters_are_composed():
    decomposed = unicodedata.normalize("NFD", "Ngõ Trỗi")
    assert fit(decomposed, FONT.measure, 300, 40, LIMITS).lines == ("Ngõ Trỗi",)
