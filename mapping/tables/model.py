"""What a table is, whatever file it came from: sheets, a header row, columns, rows; and how its header is found.

Codes of `TableError` and their parameters (`file` comes with every one):

empty · no_rows(sheet) · one_column(sheet) · too_big(limit_mb) · too_many_rows(limit, sheet) ·
too_many_columns(limit, sheet) · no_such_sheet(sheet, sheets) · row_unreadable(row) ·
zip_bomb(limit_mb) · zip_entries(limit) · workbook_bomb(part, limit) ·
zip_unsafe(entry) · zip_without_table · truncated · damaged · password_protected ·
xls_old · not_excel · html · not_supported(kind) · json_broken(line, column) ·
shapefile_not_zipped · shapefile_incomplete(layer, missing) · layer_without_points(sheet) ·
crs_unknown(sheet) · crs_deprecated(crs) · crs_unsupported(crs)
"""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import NamedTuple, Self

import shapely

from mapping import text


class TableError(Exception):
    """A file that cannot be read as a table. `code` and `params` say what and where; see the module's list."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return f"{self.code} {self.params}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read before a file is refused."""

    rows: int = 200_000
    columns: int = 300
    file_bytes: int = 200_000_000
    unpacked_bytes: int = 300_000_000
    ratio: int = 100
    """Unpacked against packed size of one zip entry; a sheet of equal rows comes to about 50."""
    small_bytes: int = 5_000_000
    """Up to this size the ratio does not matter."""
    zip_entries: int = 2_000
    cells: int = 6_000_000
    """Of the sheets of a workbook, empty ones too; 30 in each of 200,000 rows."""
    texts: int = 3_000_000
    """Different texts in a workbook."""
    fewest_columns: int = 2
    """A sheet of fewer is refused: most often its separator was not understood."""
    header_rows: int = 40
    """The header is looked for in so many rows from the top."""


class DateText(str):
    """A cell that was a date, as "2024-05-12". Excel makes dates of house numbers such as 12/5."""

    __slots__ = ()


class NumberText(str):
    """A cell that was a number with a fraction, as "1.125": its point parts decimals, whoever made the file."""

    __slots__ = ()


class Row(NamedTuple):
    """A row that is not blank. Values are text as the file has it, "" where there is none, one a column; a row
    with more cells than the header keeps them at the end, so that it can be refused.
    """

    number: int
    """Its number in the file, from 1, as Excel shows it; features are counted from 1 too."""
    values: list[str]
    geometry: shapely.Geometry | None = None
    """In the table's `srid`, two-dimensional; None where the file has none or a broken one."""


@dataclass(frozen=True, slots=True)
class Column:
    index: int
    letter: str
    """As a spreadsheet names it (A, B, … AA); empty for vector files."""
    title: str
    """Fit to store and to show; what a file had there may hold what cannot be seen."""


@dataclass
class Table:
    """One sheet or layer. `rows` can be read once; close the table, or use it as a context manager."""

    source_name: str
    kind: str
    """xlsx, csv, geojson, gpkg or shp."""
    sheet: str
    sheets: tuple[str, ...]
    header_row: int
    """The number of the row the titles stand in, 0 where the format itself names the columns."""
    columns: list[Column]
    matched: dict[str, int]
    """Field → index of the column whose title is a synonym of it."""
    rows: Iterator[Row]
    srid: int | None = None
    """EPSG code of the geometries; None where the rows have none."""
    close: Callable[[], None] = field(default=lambda: None, repr=False)
    encoding: str = ""
    """What a Shapefile's .cpg says of its texts."""

    @property
    def has_geometry(self) -> bool:
        return self.srid is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, TableError):
            error.params.setdefault("file", self.source_name)
        self.close()


def cell_text(value: object) -> str:
    """A cell's value as text: no .0 after whole numbers, dates as 2024-05-12, nothing as ""."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if value != value:  # NaN, which a missing number becomes in a column of floats
            return ""
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e17 else NumberText(repr(value))
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return DateText(value.date().isoformat() if midnight else value.isoformat(" ", "seconds"))
    if isinstance(value, datetime.date):
        return DateText(value.isoformat())
    return str(value)


def column_letter(index: int) -> str:
    """The spreadsheet's name of the column with this index from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


_LONGEST_TITLE = 500  # letters; a longer cell is no title, and looking for one in it would take long
_NUMBERING = re.compile(r"\(?\s*([0-9]{1,3})\s*\)?")
_TITLE_PARTS = re.compile(r"[\n:;(\[{]")
_LEADING_NUMBER = re.compile(r"^\s*[0-9]{1,2}\s*[.)]\s*")


class Headers:
    """Knows the titles that columns may have, and finds the row that holds them."""

    def __init__(self, synonyms: Mapping[str, str], limits: Limits) -> None:
        self._fields = {text.squash(title): name for title, name in synonyms.items()}
        self._limits = limits

    def field_of(self, title: str) -> str | None:
        """The field a title means: as a whole, else without its number, its brackets and what follows them."""
        if len(title) > _LONGEST_TITLE:
            return None
        whole = _LEADING_NUMBER.sub("", title)
        for part in (title, whole, _TITLE_PARTS.split(whole, maxsplit=1)[0]):
            if (name := self._fields.get(text.squash(part))) is not None:
                return name
        inside = re.search(r"\(([^)]*)\)", title)
        return self._fields.get(text.squash(inside.group(1))) if inside else None

    def match(self, titles: Sequence[str]) -> dict[str, int]:
        """Field → index of the first column that means it."""
        matched: dict[str, int] = {}
        for index, title in enumerate(titles):
            name = self.field_of(title) if title else None
            if name is not None:
                matched.setdefault(name, index)
        return matched

    def find(self, rows: Sequence[tuple[int, list[str]]]) -> tuple[int, list[str]]:
        """Index of the first row after the header among the first rows of a sheet, and the titles.

        The header is the row that matches most fields, the first of equals; where none matches, the first of the
        widest rows. A second header row below (Tọa độ over X and Y) is joined to it, and a row that only
        numbers the columns, as official forms have, is passed over.
        """
        scores = [len(self.match(values)) for _, values in rows]
        if max(scores, default=0):
            at = scores.index(max(scores))
        else:
            widths = [sum(1 for value in values if value.strip()) for _, values in rows]
            at = widths.index(max(widths))
        titles = list(rows[at][1])
        after = at + 1
        if after < len(rows) and (joined := self._join(titles, rows[after][1])):
            titles, after = joined, after + 1
        while titles and not titles[-1].strip():
            titles.pop()
        if after < len(rows) and _only_numbers_columns(rows[after][1]):
            after += 1
        return after, [" ".join(title.split()) if "\n" not in title else title.strip() for title in titles]

    def _join(self, titles: list[str], below: list[str]) -> list[str] | None:
        filled = [value for value in below if value.strip()]
        if any(value.strip()[:1].isdigit() for value in filled):
            return None
        width = max(len(titles), len(below))
        upper, lower = titles + [""] * (width - len(titles)), below + [""] * (width - len(below))
        joined = [low if low.strip() else up for up, low in zip(upper, lower, strict=True)]
        known_before, known_after = self.match(titles), self.match(joined)
        kept = all(joined[index] == upper[index] or name in known_after for name, index in known_before.items())
        return joined if kept and len(known_after) > len(known_before) else None


def _only_numbers_columns(values: Iterable[str]) -> bool:
    numbers = [_NUMBERING.fullmatch(value.strip()) for value in values if value.strip()]
    return len(numbers) > 2 and all(
        match is not None and int(match.group(1)) == number for number, match in enumerate(numbers, 1)
    )


def sheet_rows(
    numbered: Iterator[tuple[int, list[str]]], headers: Headers, limits: Limits, sheet: str
) -> tuple[int, list[Column], dict[str, int], Iterator[Row]]:
    """Header row number, columns, matched fields and data rows of a sheet given row by row.

    `numbered` yields the rows that are not blank. Raises `TableError` for a sheet without rows or with one column.
    """
    top: list[tuple[int, list[str]]] = []
    for numbered_row in numbered:
        top.append(numbered_row)
        if len(top) >= limits.header_rows:
            break
    if not top:
        raise TableError("empty", sheet=sheet)
    if all(sum(1 for value in values if value.strip()) < limits.fewest_columns for _, values in top):
        raise TableError("one_column", sheet=sheet)
    after, titles = headers.find(top)
    if len(top) == after:
        raise TableError("no_rows", sheet=sheet)
    columns = [Column(index, column_letter(index), text.clean(title)) for index, title in enumerate(titles)]
    rows = _data_rows(top[after:], numbered, len(columns), limits, sheet)
    return top[after - 1][0], columns, headers.match(titles), rows


def _data_rows(
    first: list[tuple[int, list[str]]], rest: Iterator[tuple[int, list[str]]], width: int, limits: Limits, sheet: str
) -> Iterator[Row]:
    count = 0
    for source in (first, rest):
        for number, values in source:
            count += 1
            if count > limits.rows:
                raise TableError("too_many_rows", limit=limits.rows, sheet=sheet)
            if len(values) < width:
                values = values + [""] * (width - len(values))
            elif len(values) > width and not any(values[width:]):
                values = values[:width]
            yield Row(number, values)
