"""A list with addresses in it: which columns hold them, and the same list with houses beside it.

A list has its addresses whole in one column, or in columns for number, street, village and commune. Columns are found
by their titles, else by what stands in them. Every column of the list comes back as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.geocoding.answers import Answer
from households.geocoding.batch import BATCH, answer_all
from households.geocoding.gazetteer import Gazetteer
from households.geocoding.reading import read_address
from households.importing.fields import SYNONYMS as IMPORT_SYNONYMS
from mapping import exporting
from mapping.errors import TooLarge, UserError
from mapping.exporting import Column
from mapping.models import Unit
from mapping.table_sentences import table_error
from mapping.tables import DateText, Limits, Row, Table, TableError, open_table

ADDRESS: Final = "address"
FIELDS: Final[dict[str, Promise]] = {
    ADDRESS: gettext_lazy("Địa chỉ"),
    "number": gettext_lazy("Số nhà"),
    "street": gettext_lazy("Đường, ngõ"),
    "village": gettext_lazy("Thôn, tổ dân phố"),
    "commune": gettext_lazy("Xã, phường"),
}
"""What a column may be, by the parts of an address in order."""
FORMATS: Final = {"xlsx": exporting.XLSX, "csv": exporting.CSV}

_TITLES: Final = {
    ADDRESS: (
        "Địa chỉ", "Địa chỉ nhà", "Địa chỉ đầy đủ", "Địa chỉ thường trú", "Địa chỉ liên hệ", "Địa chỉ nhận hàng",
        "Địa chỉ hiện tại", "Nơi ở", "Nơi ở hiện tại", "Nơi thường trú", "Thường trú", "Chỗ ở", "ĐC", "Address",
        "Full address", "Home address", "Addr", "addr:full",
    ),
    "commune": ("Xã", "Phường", "Xã, phường", "Xã/phường", "Phường/xã", "Phường xã", "Tên xã", "Commune", "Ward"),
}  # fmt: skip
_SYNONYMS: Final = {title: name for title, name in IMPORT_SYNONYMS.items() if name in FIELDS} | {
    title: name for name, titles in _TITLES.items() for title in titles
}
_LOOKED_AT: Final = 50
_SAMPLES: Final = 4
_BYTES_A_ROW: Final = 60
_TOO_MANY: Final = ("too_many_rows", "too_big")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looks like. `columns` are (index, letter, title, first cells), `fields` field → index."""

    columns: list[tuple[int, str, str, list[str]]]
    fields: dict[str, int]
    sheet: str
    sheets: tuple[str, ...]


@contextmanager
def opened(path: Path, name: str, sheet: str = "") -> Iterator[Table]:
    """Open a list, one column being enough; raises UserError with one sentence."""
    limits = Limits(rows=settings.MAX_IMPORT_ROWS, file_bytes=settings.MAX_UPLOAD_MB * 1_000_000, fewest_columns=1)
    try:
        with open_table(path, name, _SYNONYMS, sheet=sheet or None, limits=limits) as table:
            yield table
    except TableError as error:
        told = table_error(error)
        raise (TooLarge(told.sentence, code=told.code) if error.code in _TOO_MANY else told) from error


def look(path: Path, name: str, *, sheet: str = "") -> Look:
    """Find the columns of a list. Raises UserError where the file cannot be read."""
    with opened(path, name, sheet) as table:
        rows = [_cells(row, table) for row in islice(table.rows, _LOOKED_AT)]
        columns = [
            (column.index, column.letter, column.title, [_cell(row, column.index) for row in rows[:_SAMPLES]])
            for column in table.columns
        ]
        fields = {field: index for field, index in table.matched.items() if field in FIELDS}
        if not {ADDRESS, "street", "number"} & fields.keys():
            guess = _by_content(rows, len(columns))
            fields |= {ADDRESS: guess} if guess is not None else {}
        if ADDRESS in fields:  # a whole address says it all; the other parts stand beside it
            fields = {ADDRESS: fields[ADDRESS]}
        return Look(columns, fields, table.sheet, table.sheets)


def require_fields(fields: dict[str, int]) -> None:
    """Raise UserError where the columns can say no address."""
    if not {ADDRESS, "street", "number", "village"} & fields.keys():
        raise UserError(_("Hãy chọn cột địa chỉ, hoặc các cột số nhà, đường và thôn."), code="no_address")


def geocode_list(
    *,
    path: Path,
    name: str,
    fields: dict[str, int],
    sheet: str,
    commune: Unit,
    user: Any,
    target: Path,
    progress: Progress = lambda done, total: None,
) -> dict[str, int]:
    """Write the list with what was found beside every row; return how many rows came to each grade.

    `target` ends in .xlsx or .csv. Rows are read and written a thousand at a time. Raises UserError.
    """
    require_fields(fields)
    counts: dict[str, int] = {}
    expected = path.stat().st_size // _BYTES_A_ROW  # a guess, for the progress bar alone
    with opened(path, name, sheet) as table:
        titles = [column.title or column.letter for column in table.columns]
        columns = [*(Column(title, width=20) for title in titles), *_result_columns()]

        def rows() -> Iterator[Sequence[Any]]:
            gazetteer, done = Gazetteer(user), 0
            while batch := list(islice(table.rows, BATCH)):
                cells = [_cells(row, table) for row in batch]
                answers = answer_all(gazetteer, [_text(row, fields) for row in cells], commune)
                for row, answer in zip(cells, answers, strict=True):
                    counts[answer.grade] = counts.get(answer.grade, 0) + 1
                    is_date = any(isinstance(_cell(row, index), DateText) for index in fields.values())
                    yield [*(_cell(row, index) for index in range(len(titles))), *_values(answer, is_date=is_date)]
                done += len(batch)
                progress(done, max(expected, done + 1))

        if target.suffix == ".csv":
            with target.open("wb") as file:
                exporting.write_csv(file, columns=columns, rows=rows())
        else:
            exporting.write_xlsx(target, title=_("Địa chỉ"), columns=columns, rows=rows())
    return counts


def _result_columns() -> list[Column]:
    return [
        Column(_("Mức khớp"), width=18),
        Column(_("Độ tin cậy"), "real", 10),
        Column(_("Mã nhà"), width=12),
        Column(_("Địa chỉ trong SoNha"), width=50),
        Column(_("Vĩ độ"), "real", 12),
        Column(_("Kinh độ"), "real", 12),
        Column(_("Google Maps"), width=40),
        Column(_("Lý do"), width=50),
        Column(_("Các khả năng khác"), width=50),
    ]


def _values(answer: Answer, *, is_date: bool) -> list[Any]:
    first = answer.first
    reasons = list(answer.reasons)
    if is_date:
        reasons.insert(
            0, _("ô số nhà là ngày tháng: Excel đã đổi số như 12/5 thành ngày; hãy sửa ô thành dạng văn bản")
        )
    return [
        answer.label,
        answer.confidence,
        first.code if first else "",
        first.address if first else "",
        first.lat if first else None,
        first.lng if first else None,
        first.maps_url if first else "",
        "; ".join(reasons),
        "; ".join(f"{one.code} {one.address}".strip() for one in answer.found[1:]),
    ]


def _cells(row: Row, table: Table) -> list[str]:
    """The cells of a row; a comma in an address without quotes cut it, and it is put together again."""
    width = len(table.columns)
    if len(row.values) <= width or not width:
        return row.values
    return [*row.values[: width - 1], ", ".join(cell.strip() for cell in row.values[width - 1 :] if cell.strip())]


def _cell(row: Sequence[str], index: int) -> str:
    return row[index] if index < len(row) else ""


def _text(row: Sequence[str], fields: dict[str, int]) -> str:
    """The address that a row says, its parts in order; a bare name of a unit gets the word of its kind."""
    if ADDRESS in fields:
        return _cell(row, fields[ADDRESS])
    parts = []
    for field in FIELDS:
        text = _cell(row, fields[field]).strip() if field in fields else ""
        if (
            not text
            or isinstance(text, DateText)
            or (field == "number" and isinstance(_cell(row, fields[field]), DateText))
        ):
            continue
        read = read_address(text)
        if field == "village" and not read.villages:
            text = f"thôn {text}"
        elif field == "commune" and read.commune is None:
            text = f"xã {text}"
        elif field == "number":
            text = f"số {text}"
        parts.append(text)
    return ", ".join(parts)


def _by_content(rows: Sequence[Sequence[str]], width: int) -> int | None:
    """The column whose cells read best as addresses; None where none does."""

    def share(index: int) -> float:
        read = [read_address(_cell(row, index)) for row in rows if _cell(row, index).strip()]
        return sum(bool(one.street and (one.number or one.villages)) for one in read) / max(len(read), 1)

    best = max(range(width), key=share, default=None)
    return best if best is not None and share(best) >= 0.5 else None
