"""Open a laboratory sheet and keep its rows; what is wrong with the file is said in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from mapping.errors import TooLarge, UserError
from mapping.table_sentences import table_error
from mapping.tables import Limits, Row, TableError, open_table
from mapping.wording import gettext as _
from soil_map.importing.laboratory.headers import LaboratoryHeaders

_TOO_MUCH: Final = {"too_big", "too_many_rows", "too_many_columns"}
INLINE_BYTES: Final = 250_000
"""A text up to this size, some 3,000 rows, is read while a person waits: a second."""
_PACKED: Final = 2
"""So many times as much text is in a workbook as its file is long."""


@dataclass(frozen=True)
class LaboratorySheet:
    """The rows of a sheet under its header."""

    kind: str
    sheet: str
    sheets: tuple[str, ...]
    header_row: int
    titles: dict[int, tuple[str, str]]
    rows: list[Row]


def open_sheet(path: Path, name: str, *, sheet: str = "") -> LaboratorySheet:
    """Read all rows of a sheet. Raises UserError."""
    limits = Limits(rows=settings.MAX_IMPORT_ROWS, file_bytes=settings.MAX_UPLOAD_MB * 1_000_000)
    try:
        with open_table(path, name, LaboratoryHeaders, sheet=sheet or None, limits=limits) as table:
            if table.has_geometry:
                raise UserError(
                    _(
                        "“%(file)s” là tệp bản đồ, không phải phiếu phân tích; hãy chọn loại tệp khác, hoặc dùng XLSX, "
                        "CSV."
                    )
                    % {"file": name},
                    code="no_sheet",
                )
            titles = {column.index: (column.letter, column.title) for column in table.columns}
            return LaboratorySheet(
                table.kind, table.sheet, tuple(table.sheets), table.header_row, titles, list(table.rows)
            )
    except TableError as error:
        error.params.setdefault("file", name)
        told = table_error(error)
        raise (TooLarge(told.sentence, code=told.code) if error.code in _TOO_MUCH else told) from error


def is_long(path: Path) -> bool:
    """Whether a sheet is read by a job."""
    with path.open("rb") as source:
        is_packed = source.read(2) == b"PK"
    return path.stat().st_size * (_PACKED if is_packed else 1) > INLINE_BYTES
