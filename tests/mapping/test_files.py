"""Names of files that people bring."""

import unicodedata

import pytest

from mapping.file_names import safe_name


@pytest.mark.parametrize(
    ("brought", "kept"),
    [
        ("danh-sach\u202excod.exe", "danh-sachxcod.exe"),
        ("a\u061c\u180e\u3164\u2067\u200b.csv", "a.csv"),
        ("..\\..\\C:\\nhà.xlsx", "nhà.xlsx"),
        ("../../etc/passwd", "passwd"),
        (unicodedata.normalize("NFD", "Thôn Hạ  (2).xlsx"), "Thôn Hạ (2).xlsx"),
        ("a\x00b\n?.csv", "a_b_.csv"),
        ("\u202e", "tep"),
        ("con.csv", "_con.csv"),
        ("NUL", "_NUL"),
        ("x." + "y" * 300, "x." + "y" * 148),
        ("d" * 200 + ".xlsx", "d" * 145 + ".xlsx"),
    ],
)
def test_a_stored_name_is_what_it_seems(brought: str, kept: str) -> None:
    assert safe_name(brought) == kept
