"""The head of a file is looked at once: none is made so that looking takes longer than reading."""

from __future__ import annotations

import pytest

from households.streets.importing import reading

HEADS = {
    "comments of a drawing": b"999\n\n\n" * 680,
    "blank lines": b"\n" * 4_090,
    "spaces": b" " * 4_090,
    "comments of XML": b"<!---->" * 580,
    "comments that do not end": b"<!--" * 1_000,
    "comments and blanks": b"<!--x-->\n\n\n" * 370,
    "a declaration that does not end": b"<?xml " * 680,
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_no_head_takes_long_to_tell_what_it_is(head: bytes) -> None:
    assert not reading.reads_apart(head)  # tried over and over, some would never end


@pytest.mark.parametrize(
    ("head", "apart"),
    [
        (b"0\nSECTION\n2\nENTITIES\n", True),
        (b"999\nveTu LibreCAD\n999\n\n  0\r\nSECTION\r\n", True),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a -->\n<!-- b --><osm version='0.6'>", True),
        (b"<osm>", True),
        (b'{"type": "FeatureCollection"}', False),
        (b"SQLite format 3\0", False),
    ],
)
def test_drawings_and_extracts_are_known_by_their_heads(head: bytes, apart: bool) -> None:
    assert reading.reads_apart(head) is apart
