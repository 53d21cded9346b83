"""All that differs from plate to plate as a table, for engravers whose machine sets the texts itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from households.plates.design import PlateFace
from households.plates.engraving import svg_name
from mapping.exporting import Column, write_csv

PROGRESS_EVERY = 500
_COLUMNS = 14


def write_variable_data(
    out: BinaryIO, faces: Iterable[PlateFace], on_progress: Callable[[int], None] | None = None
) -> int:
    """Write one row a plate as CSV, in the order of the plates; return their number.

    UTF-8 with a byte order mark; what a spreadsheet would take for a formula is guarded. The last column is the name of
    the plate's SVG in the zip of the same batch.
    """
    columns = [
        Column(_("Số thứ tự"), "whole"),
        Column(_("Số nhà")),
        Column(_("Đường, ngõ")),
        Column(_("Thôn")),
        Column(_("Xã")),
        Column(_("Tỉnh")),
        Column(_("Mã nhà")),
        Column("Plus Code"),
        Column(_("Mã biển")),
        Column(_("Địa chỉ trang")),
        Column(_("Nội dung mã QR")),
        Column(_("Mã QR bản đồ")),
        Column(_("Các số nhà trong ngõ")),
        Column(_("Tệp SVG")),
    ]
    return write_csv(out, columns=columns, rows=_rows(faces, on_progress))


def symbols_of(row: Sequence[str]) -> tuple[str, ...]:
    """Return serial, token and the texts of both symbols of a row as it was written; empty of what is no row."""
    return (row[0], row[8], row[10], row[11]) if len(row) == _COLUMNS else ()


def _rows(faces: Iterable[PlateFace], on_progress: Callable[[int], None] | None) -> Iterator[tuple[Any, ...]]:
    serial = 0
    for serial, face in enumerate(faces, start=1):
        yield (
            serial,
            face.number,
            face.street,
            face.village,
            face.commune,
            face.province,
            face.house_code,
            face.plus_code,
            face.token,
            face.host,
            face.url,
            face.maps_url,
            face.numbers,
            svg_name(serial, face),
        )
        if on_progress and serial % PROGRESS_EVERY == 0:
            on_progress(serial)
    if on_progress and serial % PROGRESS_EVERY:
        on_progress(serial)
